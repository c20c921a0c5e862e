// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/losses.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

TEST(Losses, AreGapsWithACount) {
  Snapshot snapshot;

  add_gaps({.moving = 1, .broken = 3}, snapshot);

  ASSERT_EQ(snapshot.gaps.size(), 2U);
  EXPECT_EQ(snapshot.gaps[0].where, "1 goroutine");
  EXPECT_EQ(snapshot.gaps[1].where, "3 goroutines");
  EXPECT_EQ(snapshot.gaps[1].what, "the stack makes no sense");
  EXPECT_FALSE(snapshot.origin.complete);
}

TEST(Losses, NothingThatWasReadIsOne) {
  Snapshot snapshot;

  add_gaps({.running = 2, .again = 7}, snapshot);

  EXPECT_TRUE(snapshot.gaps.empty());
  EXPECT_TRUE(snapshot.origin.complete);
}

TEST(Losses, SelectsThatWereNotReadWholeAreAGapButGoroutinesAreComplete) {
  Snapshot snapshot;

  add_gaps({.cut_waits = 1}, snapshot);

  EXPECT_EQ(snapshot.gaps.size(), 1U);
  EXPECT_TRUE(snapshot.origin.complete);
}

}  // namespace
}  // namespace goknot::target
