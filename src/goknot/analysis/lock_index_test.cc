// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/lock_index.h"

#include "tests/support/dumps.h"
#include "tests/support/stuck_program.h"

#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::Stage;
using testing_support::StuckProgram;

// 7 holds what 8 waits for; 9 holds what it waits for itself.
Series program() {
  StuckProgram program;
  program.waits(7, Operation::send, ObjectKind::channel, 0x100);
  program.waits(8, Operation::lock, ObjectKind::mutex, 0x200);
  program.waits(9, Operation::lock, ObjectKind::mutex, 0x300);
  program.holds(7, 0x200).holds(9, 0x300);
  return program.take();
}

TEST(LockIndex, TellsWhoKeepsALockAndWhichLocksItKeeps) {
  const Stage stage(program());
  const std::vector<ContendedLock> locks = find_contended_locks(stage.scene());
  const LockIndex index(stage.scene(), locks);

  const ContendedLock* lock = index.waited_for(stage.row(8));
  ASSERT_NE(lock, nullptr);
  ASSERT_NE(index.keeper(*lock), nullptr);
  EXPECT_EQ(index.keeper(*lock)->row, stage.row(7));
  ASSERT_EQ(index.kept_by(stage.row(7)).size(), 1);
  EXPECT_EQ(index.kept_by(stage.row(7)).front(), lock);
}

TEST(LockIndex, WhoWaitsForNoLockWaitsForNone) {
  const Stage stage(program());
  const std::vector<ContendedLock> locks = find_contended_locks(stage.scene());

  EXPECT_EQ(LockIndex(stage.scene(), locks).waited_for(stage.row(7)), nullptr);
}

TEST(LockIndex, WhoWaitsForItsOwnLockKeepsItFromNobodyElse) {
  const Stage stage(program());
  const std::vector<ContendedLock> locks = find_contended_locks(stage.scene());
  const LockIndex index(stage.scene(), locks);

  EXPECT_EQ(index.keeper(*index.waited_for(stage.row(9))), nullptr);
  EXPECT_TRUE(index.kept_by(stage.row(9)).empty());
}

}  // namespace
}  // namespace goknot::analysis
