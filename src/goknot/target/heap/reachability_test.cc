// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/reachability.h"

#include "tests/support/fake_crowd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing_support::FakeCrowd;

class ReachabilityTest : public testing::Test {
 protected:
  HeapPass pass(std::uint64_t most_bytes = 1U << 20U) {
    census_ = Census(crowd_.memory, crowd_.program, crowd_.reading.marks).take().value();
    return {crowd_.memory,
            crowd_.program,
            {.snapshot = crowd_.reading.series.snapshots.front(),
             .marks = crowd_.reading.marks,
             .pointers = crowd_.reading.pointers,
             .census = census_,
             .most_bytes = most_bytes}};
  }
  Reachability find(std::uint64_t most_bytes = 1U << 20U) {
    return pass(most_bytes).find_unreachable();
  }
  // The bytes that those keep who cannot be reached.
  std::vector<std::uint64_t> weigh() {
    HeapPass heap = pass();
    return heap.weigh(heap.find_unreachable().unreachable).value();
  }

  FakeCrowd crowd_;
  std::vector<Present> census_;
  Address channel_ = crowd_.objects;
  Address other_ = crowd_.objects + 64;
};

TEST_F(ReachabilityTest, WhoWaitsForWhatNobodyRefersToIsUnreachable) {
  const std::uint32_t stuck = crowd_.add_blocked(channel_);
  crowd_.add_running();
  const Reachability found = find();
  EXPECT_TRUE(found.complete);
  EXPECT_THAT(found.unreachable, ElementsAre(stuck));
}

TEST_F(ReachabilityTest, AReferenceOnTheStackOfALiveGoroutineCounts) {
  crowd_.add_blocked(channel_);
  crowd_.put_on_stack(crowd_.add_running(), channel_);
  EXPECT_THAT(find().unreachable, IsEmpty());
}

TEST_F(ReachabilityTest, SoDoesOneThroughTheHeap) {
  crowd_.add_blocked(channel_);
  crowd_.put_on_stack(crowd_.add_running(), other_);
  crowd_.memory.put(other_ + 8, channel_);
  EXPECT_THAT(find().unreachable, IsEmpty());
}

//     running -> channel_      wakes the third goroutine, whose stack has
//                other_        which wakes the second, whose stack has
//                other_ + 64   which wakes the fourth
// Nobody has other_ + 128.
TEST_F(ReachabilityTest, WhoIsWokenCanWakeTheNext) {
  crowd_.put_on_stack(crowd_.add_running(), channel_);
  crowd_.put_on_stack(crowd_.add_blocked(other_), other_ + 64);
  crowd_.put_on_stack(crowd_.add_blocked(channel_), other_);
  crowd_.add_blocked(other_ + 64);
  const std::uint32_t stuck = crowd_.add_blocked(other_ + 128);
  EXPECT_THAT(find().unreachable, ElementsAre(stuck));
}

// A channel or a lock may lie on the stack of a goroutine, and is as alive as that goroutine is.
TEST_F(ReachabilityTest, WhatLiesOnTheStackOfWhoIsWokenCanBeReached) {
  crowd_.put_on_stack(crowd_.add_running(), channel_);
  const std::uint32_t host = crowd_.add_blocked(channel_);
  const std::uint32_t other = crowd_.add_blocked(other_);
  crowd_.add_blocked(crowd_.stack_slot(host));
  const std::uint32_t stuck = crowd_.add_blocked(crowd_.stack_slot(other));
  EXPECT_THAT(find().unreachable, ElementsAre(other, stuck));
}

//     a, b := make(chan int), make(chan int)
//     go func() { <-a; b <- 1 }()
//     go func() { <-b; a <- 1 }()
TEST_F(ReachabilityTest, AReferenceOfAStuckGoroutineDoesNot) {
  crowd_.add_running();
  const std::uint32_t stuck = crowd_.add_blocked(channel_);
  const std::uint32_t also = crowd_.add_blocked(other_);
  crowd_.put_on_stack(stuck, other_);
  crowd_.put_on_stack(also, channel_);
  EXPECT_THAT(find().unreachable, ElementsAre(stuck, also));
}

TEST_F(ReachabilityTest, WhoCanBeWokenCanWakeOthers) {
  const std::uint32_t first = crowd_.add_blocked(channel_);
  crowd_.add_blocked(other_);
  crowd_.put_on_stack(first, other_);
  crowd_.put_on_stack(crowd_.add_running(), channel_);
  EXPECT_THAT(find().unreachable, IsEmpty());
}

TEST_F(ReachabilityTest, WhoWasBornSinceTheSnapshotIsAlive) {
  crowd_.add_blocked(channel_);
  crowd_.put_on_stack(crowd_.add_stranger(), channel_);
  EXPECT_THAT(find().unreachable, IsEmpty());
}

TEST_F(ReachabilityTest, WhoHasRunSinceTheSnapshotIsAlive) {
  const std::uint32_t stuck = crowd_.add_blocked(channel_);
  const std::uint32_t moved = crowd_.add_blocked(other_);
  crowd_.move(moved);
  EXPECT_THAT(find().unreachable, ElementsAre(stuck));
}

//     var events = make(chan int)    // whoever runs may send to it
TEST_F(ReachabilityTest, AVariableCanBeReachedByAnybody) {
  crowd_.add_blocked(crowd_.program.tables.front().module().bss.begin + 8);
  EXPECT_THAT(find().unreachable, IsEmpty());
}

TEST_F(ReachabilityTest, NamesWhoNeverLayStill) {
  crowd_.add_blocked(channel_);
  const std::uint32_t running = crowd_.add_running();
  EXPECT_THAT(find().unparked, ElementsAre(crowd_.goroutine(running)));
}

TEST_F(ReachabilityTest, SaysNothingBeyondItsLimit) {
  crowd_.add_blocked(channel_);
  crowd_.put_on_stack(crowd_.add_running(), other_);
  const Reachability found = find(1);
  EXPECT_TRUE(found.hit_limit);
  EXPECT_FALSE(found.complete);
  EXPECT_THAT(found.unreachable, IsEmpty());
}

// Two objects of 64 bytes, the channel and what it leads to. Both goroutines keep them; the first
// is charged.
TEST_F(ReachabilityTest, CountsWhatTheUnreachableKeepOnce) {
  crowd_.put_on_stack(crowd_.add_blocked(channel_), channel_);
  crowd_.put_on_stack(crowd_.add_blocked(channel_), channel_);
  crowd_.memory.put(channel_ + 8, other_);
  EXPECT_THAT(weigh(), ElementsAre(128, 0));
}

TEST_F(ReachabilityTest, WhatSomebodyAliveRefersToIsNotKeptByTheUnreachable) {
  crowd_.put_on_stack(crowd_.add_blocked(channel_), other_);
  crowd_.put_on_stack(crowd_.add_running(), other_);
  EXPECT_THAT(weigh(), ElementsAre(0));
}

}  // namespace
}  // namespace goknot::target
