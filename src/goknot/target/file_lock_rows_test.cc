// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/file_lock_rows.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace goknot::target {
namespace {

using Kind = FileUse::Kind;

const std::string kPath = "/var/lib/cache.db";
const FileLockHolder kOwn{.pid = 41, .name = "server", .standstill = {}, .own = true};
const FileLockHolder kOther{.pid = 812, .name = "backup", .standstill = {}, .own = false};

// Goroutines 5 and 6, which sleep, with one frame each.
Snapshot sleepers(std::string_view arguments = "") {
  Snapshot snapshot;
  snapshot.text = arguments;
  for (const std::int64_t id : {5, 6}) {
    Goroutine goroutine;
    goroutine.id = id;
    goroutine.state = State::waiting;
    goroutine.reason = WaitReason::sleep;
    const FrameId frame =
        snapshot.stacks.add({.function = snapshot.strings.add("main.lock"), .file = {}, .line = 3});
    goroutine.stack = snapshot.stacks.add(std::vector{frame});
    goroutine.has_arguments = true;
    goroutine.first_argument = static_cast<std::uint32_t>(snapshot.arguments.size());
    TextSpan& span = snapshot.arguments.emplace_back();
    span.length = arguments.size() & ((1U << 24U) - 1);
    const auto row = static_cast<std::uint32_t>(snapshot.goroutines.size());
    snapshot.goroutines.push_back(goroutine);
    Wait& wait = snapshot.waits.emplace_back();
    wait.goroutine = row;
    wait.kind = ObjectKind::timer;
  }
  return snapshot;
}

TEST(FileLockRows, WhoTriesAgainAndAgainWaitsForTheLock) {
  Snapshot s = sleepers();
  const std::vector<ContendedFile> files = {{kPath, {7}, {9}, {kOwn}}};

  add_file_locks(std::vector<FileUse>{{5, 0, 9, Kind::wants}}, files, s);

  ASSERT_EQ(s.waits.size(), 2U);
  EXPECT_EQ(s.waits[0].kind, ObjectKind::file_lock);
  EXPECT_EQ(s.strings[s.objects[s.waits[0].object.index()].name], "cache.db");
  EXPECT_FALSE(s.waits[0].limited);
  EXPECT_EQ(s.waits[1].kind, ObjectKind::timer);
}

TEST(FileLockRows, WhoIsGoingToCloseTheFileHoldsIt) {
  Snapshot s = sleepers();
  const std::vector<ContendedFile> files = {{kPath, {7}, {9}, {kOwn}}};

  add_file_locks(std::vector<FileUse>{{5, 0, 9, Kind::wants}, {5, 3, 7, Kind::closes}}, files, s);

  ASSERT_EQ(s.holds.size(), 1U);
  EXPECT_EQ(s.holds[0].frame, 3U);
  EXPECT_EQ(s.holds[0].evidence, HoldEvidence::kernel_table);
  EXPECT_EQ(s.holds[0].strength, HoldStrength::exact);
}

TEST(FileLockRows, WithoutTheKernelsWordOnlyWhatIsSupportedCounts) {
  Snapshot s = sleepers();
  ContendedFile file{kPath, {7}, {9}, {}};
  file.listed = false;

  add_file_locks(std::vector<FileUse>{{5, 0, 9, Kind::wants, true},
                                      {5, 3, 7, Kind::closes, true},
                                      {6, 4, 7, Kind::closes, false},
                                      {6, 4, 7, Kind::keeps, false}},
                 {&file, 1}, s);

  ASSERT_EQ(s.holds.size(), 1U);
  EXPECT_EQ(s.holds[0].frame, 3U);
  EXPECT_EQ(s.holds[0].evidence, HoldEvidence::pending_unlock);
  EXPECT_EQ(s.holds[0].strength, HoldStrength::likely);
}

TEST(FileLockRows, ADeferredCallSaysMoreThanAVariable) {
  Snapshot s = sleepers();
  const std::vector<ContendedFile> files = {{kPath, {7}, {9}, {kOwn}}};

  add_file_locks(
      std::vector<FileUse>{{5, 0, 9, Kind::wants}, {5, 4, 7, Kind::keeps}, {5, 3, 7, Kind::closes}},
      files, s);

  ASSERT_EQ(s.holds.size(), 1U);
  EXPECT_EQ(s.holds[0].frame, 3U);
}

TEST(FileLockRows, NothingIsSaidOfFilesThatNobodyWaitsFor) {
  Snapshot s = sleepers();
  const std::vector<ContendedFile> files = {{kPath, {7}, {9}, {kOwn}}};

  add_file_locks(std::vector<FileUse>{{5, 3, 7, Kind::closes}}, files, s);

  EXPECT_TRUE(s.holds.empty());
  EXPECT_TRUE(s.file_holds.empty());
}

TEST(FileLockRows, AnotherProcessMayHoldIt) {
  Snapshot s = sleepers();
  const std::vector<ContendedFile> files = {{kPath, {}, {9}, {kOther}}};

  add_file_locks(std::vector<FileUse>{{6, 0, 9, Kind::wants}}, files, s);

  ASSERT_EQ(s.file_holds.size(), 1U);
  EXPECT_EQ(s.file_holds[0].holder.pid, 812);
  EXPECT_EQ(s.strings[s.file_holds[0].path], kPath);
  EXPECT_EQ(s.file_holds[0].fd, -1);
}

TEST(FileLockRows, AnArgumentOfWholeMillisecondsMayBeATimeLimit) {
  Snapshot s = sleepers("0xc000012050, 0x3b9aca00");
  const std::vector<ContendedFile> files = {{kPath, {7}, {9}, {kOwn}}};

  add_file_locks(std::vector<FileUse>{{5, 0, 9, Kind::wants}}, files, s);

  EXPECT_TRUE(s.waits[0].limited);
}

TEST(FileLockRows, AChannelIsNoRetryWithoutATimer) {
  Snapshot s = sleepers();
  s.goroutines[0].reason = WaitReason::select;
  const std::vector<ContendedFile> files = {{kPath, {7}, {9}, {kOwn}}};

  add_file_locks(std::vector<FileUse>{{5, 0, 9, Kind::wants}}, files, s);

  EXPECT_TRUE(s.objects.empty());
}

TEST(FileLockRows, OnlyWhatIsTheSameInBothLooksCounts) {
  const ContendedFile first{kPath, {7}, {9, 10}, {kOwn}};
  const ContendedFile fewer{kPath, {7}, {9}, {kOwn}};
  const ContendedFile handed_over{kPath, {9}, {7}, {kOwn}};

  const auto same = still_contended(std::vector{first}, std::vector{fewer});

  ASSERT_EQ(same.size(), 1U);
  EXPECT_EQ(same[0].others, std::vector{9});
  EXPECT_TRUE(still_contended(std::vector{first}, std::vector{handed_over}).empty());
  EXPECT_TRUE(still_contended(std::vector{first}, {}).empty());
}

}  // namespace
}  // namespace goknot::target
