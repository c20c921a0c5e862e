// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/follow.h"

#include "tests/support/fake_crowd.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::FakeCrowd;

class FollowHeap : public testing::Test {
 protected:
  // What becomes of the goroutine that waits for the channel.
  Reach follow(Motion motion, const FollowLimits& limits = {}) {
    Snapshot snapshot = std::move(crowd_.reading.series.snapshots.front());
    follow_heap(crowd_.memory, crowd_.program, crowd_.reading, motion, limits, snapshot);
    gaps_ = snapshot.gaps;
    return snapshot.goroutines[stuck_].reach;
  }

  FakeCrowd crowd_;
  std::uint32_t stuck_ = crowd_.add_blocked(crowd_.objects);
  std::vector<Gap> gaps_;
};

TEST_F(FollowHeap, OnePassProvesItWhereNothingRuns) {
  crowd_.add_blocked(crowd_.objects + 64);
  EXPECT_EQ(follow(Motion::runs_on), Reach::never);
}

TEST_F(FollowHeap, WhoAlwaysRunsMayHideAPointer) {
  crowd_.add_running();
  EXPECT_EQ(follow(Motion::runs_on), Reach::unreached);
}

TEST_F(FollowHeap, InACoreNobodyRunsOn) {
  crowd_.add_running();
  EXPECT_EQ(follow(Motion::stands_still), Reach::never);
}

TEST_F(FollowHeap, WhatIsReferredToIsNotSpokenOf) {
  crowd_.put_on_stack(crowd_.add_running(), crowd_.objects);
  EXPECT_EQ(follow(Motion::stands_still), Reach::unknown);
}

TEST_F(FollowHeap, SaysThatAHeapIsTooLarge) {
  crowd_.put_on_stack(crowd_.add_running(), crowd_.objects + 64);
  EXPECT_EQ(follow(Motion::stands_still, {.bytes = 1}), Reach::unknown);
  ASSERT_EQ(gaps_.size(), 1U);
  EXPECT_EQ(gaps_[0].where, "the heap");
}

TEST_F(FollowHeap, EndsAtItsTimeLimit) {
  crowd_.add_running();
  EXPECT_EQ(follow(Motion::stands_still, {.time = std::chrono::milliseconds(-1)}), Reach::unknown);
  ASSERT_EQ(gaps_.size(), 1U);
  EXPECT_EQ(gaps_[0].what, "it took too long to follow");
}

}  // namespace
}  // namespace goknot::target
