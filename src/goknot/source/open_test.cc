// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/open.h"

#include "tests/support/http_server.h"
#include "tests/support/toy_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace goknot::source {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

// A folder of its own for each test, gone afterwards.
class OpenTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "openXXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Target file(const std::string& name, const std::string& text) const {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    return {TargetKind::file, path};
  }

  std::string folder_;
};

Result<Series> open_toys(const std::vector<Target>& targets, const OpenOptions& options = {}) {
  return open(targets, options, testing_support::toy_formats());
}

TEST_F(OpenTest, AFileGivesItsSnapshotsAndSaysWhereTheyAreFrom) {
  const Target hang = file("hang.txt", "toy\ngo\n");

  const auto series = open_toys({hang});

  ASSERT_TRUE(series.has_value());
  ASSERT_THAT(series->snapshots, SizeIs(1));
  EXPECT_EQ(series->snapshots[0].name, hang.text);
  EXPECT_EQ(series->snapshots[0].origin.target, hang.text);
  EXPECT_EQ(series->snapshots[0].origin.taken_at, "");
  EXPECT_GT(series->snapshots[0].origin.read_seconds, 0);
}

TEST_F(OpenTest, SeveralTargetsAreOneSeriesInTheirOrder) {
  const Target a = file("a.txt", "toy\n");
  const Target b = file("b.txt", "toy\nagain\n");

  const auto series = open_toys({b, a});

  ASSERT_TRUE(series.has_value());
  ASSERT_THAT(series->snapshots, SizeIs(3));
  EXPECT_EQ(series->snapshots[0].name, b.text + ":1");
  EXPECT_EQ(series->snapshots[2].name, a.text);
  EXPECT_THAT(series->texts, SizeIs(2));
}

TEST_F(OpenTest, StandardInputIsReadToItsEnd) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  ASSERT_EQ(::write(ends[1], "toy\ngo\n", 7), 7);
  close(ends[1]);
  const int before = dup(STDIN_FILENO);
  dup2(ends[0], STDIN_FILENO);

  const auto series = open_toys({{TargetKind::standard_input, "-"}});

  dup2(before, STDIN_FILENO);
  close(before);
  close(ends[0]);
  ASSERT_TRUE(series.has_value());
  EXPECT_EQ(series->snapshots.at(0).name, "standard input");
  EXPECT_EQ(series->snapshots[0].origin.target, "-");
}

TEST_F(OpenTest, AUrlIsSaidToBeOneAndShownWithoutPassword) {
  const testing_support::HttpServer server(
      [](const std::string&) { return testing_support::ok("toy\ngo\n"); });
  const std::string address = "127.0.0.1:" + std::to_string(server.port()) + "/_stack";

  const auto series = open_toys({{TargetKind::url, "http://me:secret@" + address}});

  ASSERT_TRUE(series.has_value()) << series.error().message;
  EXPECT_EQ(series->snapshots.at(0).origin.kind, SourceKind::url);
  EXPECT_EQ(series->snapshots[0].origin.target, "http://" + address);
  EXPECT_EQ(series->snapshots[0].name, "http://" + address);
}

TEST_F(OpenTest, OneTargetThatCannotBeReadIsAnError) {
  const auto series = open_toys({file("a.txt", "toy\n"), {TargetKind::file, folder_ + "/b.txt"}});

  ASSERT_FALSE(series.has_value());
  EXPECT_EQ(series.error().kind, Kind::not_found);
  EXPECT_EQ(series.error().message, folder_ + "/b.txt: no such file");
}

TEST_F(OpenTest, AnInputAboveTheLimitIsRefused) {
  const auto series = open_toys({file("a.txt", std::string(2000, 'x'))}, {.limit = 1000});

  ASSERT_FALSE(series.has_value());
  EXPECT_EQ(series.error().kind, Kind::unsupported);
}

TEST_F(OpenTest, ANameThatIsNoFileIsNotFound) {
  const auto series = open_toys({{TargetKind::process_name, "hang\x1b.txt"}});

  ASSERT_FALSE(series.has_value());
  EXPECT_EQ(series.error().kind, Kind::not_found);
  EXPECT_EQ(series.error().message, "hang\\x1b.txt: no such file, and no process is called so");
}

TEST_F(OpenTest, AnAddressWithoutASchemeGetsTheHintToAddOne) {
  const auto series = open_toys({{TargetKind::process_name, "localhost:6060"}});

  ASSERT_FALSE(series.has_value());
  EXPECT_EQ(series.error().hint, "try: goknot http://localhost:6060");
}

TEST_F(OpenTest, AProcessThatIsNotThereIsNotFound) {
  for (const char* pid : {"4194305", "99999999999999999999"}) {  // beyond the kernel's largest
    const auto series = open_toys({{TargetKind::process_id, pid}});

    ASSERT_FALSE(series.has_value());
    EXPECT_EQ(series.error().kind, Kind::not_found);
  }
}

TEST_F(OpenTest, AProcessWithoutGoIsNotOurs) {
  const auto series = open_toys({{TargetKind::process_id, std::to_string(getpid())}});

  ASSERT_FALSE(series.has_value());
  EXPECT_EQ(series.error().kind, Kind::unsupported);
  EXPECT_THAT(series.error().message, HasSubstr("no Go in it"));
}

TEST_F(OpenTest, NoTargetIsAWrongQuestion) {
  const auto series = open_toys({});

  ASSERT_FALSE(series.has_value());
  EXPECT_EQ(series.error().kind, Kind::usage);
}

}  // namespace
}  // namespace goknot::source
