// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/input_reader.h"

#include "tests/support/pack.h"
#include "tests/support/toy_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace goknot::source {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing_support::packed_archive;
using testing_support::packed_stream;

Result<Series> read(Received received) {
  return read_received(std::move(received), UnpackLimits{}, testing_support::toy_formats());
}

Result<Series> read(std::string name, std::string bytes) {
  return read({.name = std::move(name), .bytes = Buffer(std::move(bytes))});
}

TEST(InputReader, OneDumpIsOneSnapshotNamedAsTheInput) {
  const auto series = read("hang.txt", "toy\ngo\ngo\n");

  ASSERT_TRUE(series.has_value());
  ASSERT_THAT(series->snapshots, SizeIs(1));
  EXPECT_EQ(series->snapshots[0].name, "hang.txt");
  EXPECT_THAT(series->snapshots[0].goroutines, SizeIs(2));
}

TEST(InputReader, SeveralDumpsInOneTextAreNamedByTheirLines) {
  const auto series = read("hang.log", "toy\ngo\nagain\ngo\n");

  ASSERT_TRUE(series.has_value());
  ASSERT_THAT(series->snapshots, SizeIs(2));
  EXPECT_EQ(series->snapshots[0].name, "hang.log:1");
  EXPECT_EQ(series->snapshots[1].name, "hang.log:3");
}

TEST(InputReader, TheTextsThatSnapshotsPointIntoAreKeptAndNoOthers) {
  const std::string packed =
      packed_archive("zip", {{"a.txt", "toy\ngo\n"}, {"notes.txt", "nothing"}});

  const auto series = read("dumps.zip", packed);

  ASSERT_TRUE(series.has_value());
  ASSERT_THAT(series->texts, SizeIs(1));
  EXPECT_EQ(series->texts[0]->view(), "toy\ngo\n");
  EXPECT_EQ(series->snapshots.at(0).text, "toy\ngo\n");
}

TEST(InputReader, FilesOfAnArchiveThatAreNoDumpsArePassedOver) {
  const std::string packed =
      packed_archive("tar", {{"README", "hello"}, {"b.txt", "toy\n"}, {"c.txt", "toy\n"}});

  const auto series = read("dumps.tar", packed);

  ASSERT_TRUE(series.has_value());
  ASSERT_THAT(series->snapshots, SizeIs(2));
  EXPECT_EQ(series->snapshots[0].name, "b.txt");
  EXPECT_THAT(series->snapshots[0].origin.wrapped_in, ElementsAre("tar"));
  EXPECT_THAT(series->snapshots[1].gaps, IsEmpty());
}

TEST(InputReader, ACutStreamMakesTheLastSnapshotIncomplete) {
  std::string text = "toy\n";
  for (int i = 0; i < 5000; ++i) text += std::to_string(i * 7919) + "\ngo\n";
  const std::string packed = packed_stream("gzip", text + "again\n" + text.substr(4));

  const auto series = read("hang.gz", packed.substr(0, packed.size() - 100));

  ASSERT_TRUE(series.has_value());
  ASSERT_THAT(series->snapshots, SizeIs(2));
  EXPECT_TRUE(series->snapshots[0].origin.complete);
  EXPECT_FALSE(series->snapshots[1].origin.complete);
  ASSERT_THAT(series->snapshots[1].gaps, SizeIs(1));
  EXPECT_EQ(series->snapshots[1].gaps[0].what, "the gzip stream ends early");
}

TEST(InputReader, WhatTheWayTellsIsSaidOfTheSnapshots) {
  const auto series = read({.name = "url",
                            .bytes = Buffer(std::string("toy\n")),
                            .gaps = {{"url", "the connection broke", "the rest"}},
                            .complete = false,
                            .declared_total = 12,
                            .taken_at = "2026-11-20T03:12:09Z"});

  ASSERT_TRUE(series.has_value());
  const Snapshot& snapshot = series->snapshots.at(0);
  EXPECT_EQ(snapshot.gaps.at(0).what, "the connection broke");
  EXPECT_FALSE(snapshot.origin.complete);
  EXPECT_EQ(snapshot.origin.declared_total, 12U);
  EXPECT_EQ(snapshot.origin.taken_at, "2026-11-20T03:12:09Z");
}

TEST(InputReader, WhatLogsPutAroundADumpIsTakenOffAndTold) {
  std::string log;
  for (const char* line :
       {"goroutine 1 [select (no cases)]:", "main.main()", "\t/app/main.go:3 +0x17", "",
        "goroutine 7 [chan receive]:", "main.work()", "\t/app/main.go:9 +0x2a"}) {
    log += "2026-11-20T03:12:09.000000001Z stderr F " + std::string(line) + "\n";
  }

  const auto series =
      read_received({.name = "pod.log.gz", .bytes = Buffer(packed_stream("gzip", log))},
                    UnpackLimits{}, formats());

  ASSERT_TRUE(series.has_value()) << series.error().message;
  EXPECT_THAT(series->snapshots.at(0).origin.wrapped_in, ElementsAre("gzip", "cri"));
  EXPECT_THAT(series->snapshots[0].goroutines, SizeIs(2));
  EXPECT_THAT(series->texts, SizeIs(1));
}

TEST(InputReader, ATextThatNoFormatKnowsIsNotADump) {
  const auto series = read("notes.txt", "hello\n");

  ASSERT_FALSE(series.has_value());
  EXPECT_EQ(series.error().kind, Kind::unsupported);
  EXPECT_TRUE(series.error().message.starts_with("notes.txt: ")) << series.error().message;
}

TEST(InputReader, ADamagedDumpIsReportedAsSuch) {
  const auto series = read("hang.txt", "toy\nbroken\n");

  ASSERT_FALSE(series.has_value());
  EXPECT_EQ(series.error().message, "hang.txt: a broken toy");
}

TEST(InputReader, AnArchiveWithoutDumpsIsCountedInTheError) {
  const auto series = read("x.zip", packed_archive("zip", {{"a", "hello"}, {"b", "world"}}));

  ASSERT_FALSE(series.has_value());
  EXPECT_EQ(series.error().message, "x.zip: none of the 2 files in it is a goroutine dump");
}

}  // namespace
}  // namespace goknot::source
