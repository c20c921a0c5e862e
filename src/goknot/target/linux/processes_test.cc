// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/processes.h"

#include "goknot/target/linux/go_files.h"
#include "tests/support/child.h"
#include "tests/support/go_binary.h"
#include "tests/support/outside_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace goknot::target {

namespace {

using testing::HasSubstr;
using testing_support::Child;
using testing_support::go_binary;

const GoProcess* find(const ProcessList& list, pid_t pid) {
  const auto found =
      std::ranges::find(list.processes, pid, [](const GoProcess& go) { return go.process.pid; });
  return found == list.processes.end() ? nullptr : &*found;
}

TEST(Processes, AGoProgramIsListedWithItsVersion) {
  const auto binary = go_binary({"-ldflags=-s -w"});
  if (!binary.path) GTEST_SKIP() << binary.why_not;
  const Child child(std::vector<std::string>{*binary.path, "-v"});

  const ProcessList list = list_go_processes();

  const GoProcess* process = find(list, child.pid());
  ASSERT_NE(process, nullptr);
  EXPECT_EQ(process->file, *binary.path);
  EXPECT_FALSE(process->library);
  EXPECT_THAT(process->build.version, testing::StartsWith("go1."));
  EXPECT_FALSE(process->refusal);
  EXPECT_GT(list.seen, list.processes.size());
}

TEST(Processes, WeAreNotAmongThem) { EXPECT_EQ(find(list_go_processes(), ::getpid()), nullptr); }

TEST(Processes, AProgramWithoutSectionsIsKnownByItsData) {
  const auto binary = go_binary({"-ldflags=-s -w"});
  if (!binary.path) GTEST_SKIP() << binary.why_not;
  const sample::TemporaryFolder folder;
  const std::string bare = folder.path() + "/bare";
  std::filesystem::copy(*binary.path, bare);
  {
    // The place, size and number of section headers in an ELF header.
    std::fstream file(bare, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(40).write("\0\0\0\0\0\0\0\0", 8);
    file.seekp(58).write("\0\0\0\0\0\0", 6);
  }

  const auto image = ElfImage::open(bare);

  ASSERT_TRUE(image);
  const GoFile verdict = inspect_go_file(*image);
  EXPECT_EQ(verdict.verdict, GoFile::Verdict::go);
  EXPECT_THAT(verdict.build.version, testing::StartsWith("go1."));
}

TEST(Processes, ALibraryMayBringGoAlong) {
  const auto binary = go_binary({"-buildmode=c-shared"});
  if (!binary.path) GTEST_SKIP() << binary.why_not;
  const auto python = sample::find_program({"python3"});
  if (!python) GTEST_SKIP() << "python3 is not installed";
  const sample::TemporaryFolder folder;
  const std::string ready = folder.path() + "/ready";
  const Child child(std::vector<std::string>{*python, "-c",
                                             "import ctypes, time; ctypes.CDLL('" + *binary.path +
                                                 "').Answer(); open('" + ready +
                                                 "', 'w'); time.sleep(1000)"});
  ASSERT_TRUE(testing_support::eventually([&ready] { return std::filesystem::exists(ready); }));

  const ProcessList list = list_go_processes();

  const GoProcess* process = find(list, child.pid());
  ASSERT_NE(process, nullptr);
  EXPECT_TRUE(process->library);
  EXPECT_EQ(process->file, *binary.path);
  EXPECT_THAT(process->build.version, testing::StartsWith("go1."));
}

TEST(Processes, ADeletedProgramIsStillKnown) {
  const auto binary = go_binary({"-ldflags=-s -w"});
  if (!binary.path) GTEST_SKIP() << binary.why_not;
  const sample::TemporaryFolder folder;
  const std::string gone = folder.path() + "/gone";
  std::filesystem::copy(*binary.path, gone);
  const Child child(std::vector<std::string>{gone});
  std::filesystem::remove(gone);

  const ProcessList list = list_go_processes();

  const GoProcess* process = find(list, child.pid());
  ASSERT_NE(process, nullptr);
  EXPECT_EQ(process->file, gone);
  EXPECT_TRUE(process->process.executable_deleted);
}

TEST(Processes, ANameFindsTheProcess) {
  const sample::TemporaryFolder folder;
  const std::string path = folder.path() + "/goknot-unusual-name-of-a-program";
  std::filesystem::copy("/bin/sleep", path);
  const Child child(std::vector<std::string>{path, "1000"});

  const auto pid = choose_process("goknot-unusual-name-of-a-program");

  ASSERT_TRUE(pid) << pid.error().message;
  EXPECT_EQ(*pid, child.pid());
}

TEST(Processes, SeveralOfANameAreListed) {
  const sample::TemporaryFolder folder;
  const std::string path = folder.path() + "/goknot-twin";
  std::filesystem::copy("/bin/sleep", path);
  const Child one(std::vector<std::string>{path, "1000"});
  const Child two(std::vector<std::string>{path, "2000"});

  const auto pid = choose_process("goknot-twin");

  ASSERT_FALSE(pid);
  EXPECT_EQ(pid.error().kind, Kind::usage);
  EXPECT_THAT(pid.error().message, HasSubstr("2 processes are called goknot-twin"));
  EXPECT_THAT(pid.error().message, HasSubstr(std::to_string(two.pid()) + " ("));
}

TEST(Processes, OfSeveralTheOnlyOneWithGoIsMeant) {
  const auto binary = go_binary({"-ldflags=-s -w"});
  if (!binary.path) GTEST_SKIP() << binary.why_not;
  const sample::TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() + "/go");
  const std::string path = folder.path() + "/goknot-either";
  const std::string go = folder.path() + "/go/goknot-either";
  std::filesystem::copy("/bin/sleep", path);
  std::filesystem::copy(*binary.path, go);
  const Child one(std::vector<std::string>{path, "1000"});
  const Child two(std::vector<std::string>{go});

  EXPECT_EQ(choose_process("goknot-either").value_or(0), two.pid());
}

TEST(Processes, ANameThatNobodyHasIsNotFound) {
  const auto pid = choose_process("goknot-nonsense\x1b");

  ASSERT_FALSE(pid);
  EXPECT_EQ(pid.error().kind, Kind::not_found);
  EXPECT_EQ(pid.error().message, "goknot-nonsense\\x1b: no such file, and no process is called so");
}

}  // namespace

}  // namespace goknot::target
