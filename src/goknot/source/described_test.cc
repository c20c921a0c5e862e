// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/described.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace goknot::source {
namespace {

using testing::MatchesRegex;
using testing::StartsWith;

// Two goroutines that wait for the ends of a pipe of ours.
class Described : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(pipe(ends_), 0);
    snapshot_.goroutines.resize(2);
    snapshot_.details.resize(2);
    snapshot_.details[0].fd = ends_[0];
    snapshot_.details[1].fd = ends_[1];
  }
  void TearDown() override {
    close(ends_[0]);
    close(ends_[1]);
  }

  void describe(std::vector<std::uint32_t> rows) {
    describe_goroutines(getpid(), target::Architecture::amd64, rows, snapshot_);
  }
  std::string descriptor(std::size_t row) {
    return std::string(snapshot_.strings[snapshot_.details[row].descriptor]);
  }

  int ends_[2] = {-1, -1};
  Snapshot snapshot_;
};

TEST_F(Described, SaysWhoHasTheOtherEndOfAPipe) {
  describe({0, 1});

  EXPECT_THAT(descriptor(0), StartsWith("pipe, written by"));
  EXPECT_THAT(descriptor(1), StartsWith("pipe, read by"));
}

TEST_F(Described, OnlyThoseThatAreAskedForAreLookedUp) {
  describe({1});

  EXPECT_EQ(descriptor(0), "");
  EXPECT_NE(descriptor(1), "");
}

TEST_F(Described, SaysWhichSystemCallAThreadIsIn) {
  std::atomic<pid_t> reader = 0;
  std::jthread thread([&] {
    reader = gettid();
    char byte = 0;
    EXPECT_EQ(read(ends_[0], &byte, 1), 1);
  });
  while (reader == 0) std::this_thread::yield();
  snapshot_.goroutines[0].state = State::syscall;
  snapshot_.details[0] = GoroutineDetail();
  snapshot_.details[0].thread = reader;

  // It need not have begun to wait yet.
  while (!snapshot_.details[0].call) describe({0});
  EXPECT_EQ(write(ends_[1], "x", 1), 1);

  EXPECT_THAT(std::string(snapshot_.strings[snapshot_.details[0].call]),
              MatchesRegex("read\\([0-9]+, 0x[0-9a-f]+, 1\\)"));
  EXPECT_THAT(descriptor(0), StartsWith("pipe, written by"));
}

TEST_F(Described, WhatIsSaidOfWhoHasMovedIsTakenBack) {
  describe({0, 1});
  snapshot_.details[1].call = snapshot_.strings.add("read(7, 0xc000, 64)");

  const std::uint32_t moved[] = {0, 1, 99};
  forget_descriptions(moved, snapshot_);

  EXPECT_EQ(descriptor(0), "");
  EXPECT_EQ(snapshot_.details[0].fd, ends_[0]);
  EXPECT_EQ(snapshot_.details[1].fd, -1);
  EXPECT_FALSE(snapshot_.details[1].call);
}

TEST_F(Described, ASnapshotWithoutDetailsStaysAsItIs) {
  snapshot_.details.clear();

  describe({0, 1});

  EXPECT_TRUE(snapshot_.details.empty());
}

}  // namespace
}  // namespace goknot::source
