// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/no_go.h"

#include "tests/support/child.h"
#include "tests/support/outside_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace goknot::target {

namespace {

using testing::HasSubstr;
using testing_support::Child;

// A process whose executable is a file of our own.
class Tree {
 public:
  explicit Tree(std::string_view executable)
      : folder_(std::filesystem::temp_directory_path() /
                ("goknot-no-go-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_ / "7");
    std::ofstream(folder_ / "7" / "stat")
        << "7 (prog) S 1 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 100 0 0 0\n";
    std::ofstream(folder_ / "7" / "status") << "State:\tS\n";
    std::ofstream(folder_ / "qemu-aarch64") << "\x7f"
                                               "ELF\x02 and so on, long enough";
    std::ofstream(folder_ / "small") << "\x7f"
                                        "ELF\x01 and so on, long enough";
    std::filesystem::create_symlink(folder_ / executable, folder_ / "7" / "exe");
  }
  ~Tree() { std::filesystem::remove_all(folder_); }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  System system() const { return {.proc = folder_.string(), .cgroups = "/nowhere"}; }

 private:
  std::filesystem::path folder_;
};

TEST(NoGo, AProgramOf32BitIsSaidToBeOne) {
  const Tree tree("small");

  const Error error = explain_no_go(7, tree.system());

  EXPECT_EQ(error.kind, Kind::unsupported);
  EXPECT_THAT(error.message, HasSubstr("prog): a program of 32 bit"));
  EXPECT_THAT(error.hint, HasSubstr("kill -QUIT 7"));
}

TEST(NoGo, AProgramOfAnotherMachineIsSaidToBeOne) {
  const Tree tree("qemu-aarch64");

  EXPECT_THAT(explain_no_go(7, tree.system()).message, HasSubstr("another machine"));
}

TEST(NoGo, AnythingElseHasNoGo) {
  const Child child(std::vector<std::string>{"/bin/sleep", "60"});

  EXPECT_THAT(explain_no_go(child.pid()).message, HasSubstr("there is no Go in it"));
}

TEST(NoGo, WhoEndedMeanwhileIsNotThere) {
  EXPECT_EQ(explain_no_go(0x7ffffff0).kind, Kind::not_found);
}

}  // namespace

}  // namespace goknot::target
