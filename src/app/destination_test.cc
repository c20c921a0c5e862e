// SPDX-License-Identifier: Apache-2.0
#include "app/destination.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace goknot::app {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// A folder of its own for each test.
class Destination : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / "destination_test" /
              testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_;
};

Result<Unit> write_new(output::Sink& sink) { return sink.write("new"); }

TEST_F(Destination, WritesANewFile) {
  ASSERT_TRUE(write_to(folder_ / "a", write_new).has_value());

  EXPECT_EQ(content_of(folder_ / "a"), "new");
}

TEST_F(Destination, AFailureLeavesTheOldFileAndNothingElse) {
  std::ofstream(folder_ / "a") << "old";

  const auto done = write_to(folder_ / "a", [](output::Sink& sink) -> Result<Unit> {
    TRY(sink.write("half"));
    return fail(Kind::io, "no");
  });

  EXPECT_FALSE(done.has_value());
  EXPECT_EQ(content_of(folder_ / "a"), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(Destination, AnOldFileKeepsItsPermissionsAndLinksStayLinks) {
  std::ofstream(folder_ / "a") << "old";
  fs::permissions(folder_ / "a", fs::perms(0600));
  fs::create_symlink(folder_ / "a", folder_ / "link");

  ASSERT_TRUE(write_to(folder_ / "link", write_new).has_value());

  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(content_of(folder_ / "a"), "new");
  EXPECT_EQ(fs::status(folder_ / "a").permissions(), fs::perms(0600));
}

TEST_F(Destination, AFolderIsAnError) {
  EXPECT_EQ(write_to(folder_, write_new).error().kind, Kind::usage);
  EXPECT_FALSE(write_to(folder_ / "nowhere" / "a", write_new).has_value());
}

TEST_F(Destination, DevicesAreWrittenTo) {
  EXPECT_TRUE(write_to("/dev/null", write_new).has_value());
}

TEST_F(Destination, AReaderThatWentAwayIsNoError) {
  EXPECT_TRUE(write_to(folder_ / "a", [](output::Sink&) -> Result<Unit> {
                return fail(Kind::interrupted, "nobody reads it any more");
              }).has_value());
}

}  // namespace
}  // namespace goknot::app
