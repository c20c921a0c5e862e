// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/shape_states.h"

#include <gtest/gtest.h>

#include <bit>
#include <string_view>
#include <vector>

namespace goknot::analysis {
namespace {

using Stack = std::vector<std::string_view>;

// The set of a state that Go prints.
StateSet one(std::string_view state) { return state_set(state).value_or(0); }

TEST(ShapeStates, EveryStateIsABitOfItsOwn) {
  StateSet seen = 0;
  for (const std::string_view state :
       {"select", "select (no cases)", "chan receive", "chan receive (nil chan)", "chan send",
        "chan send (nil chan)", "semacquire", "sync.Mutex.Lock", "sync.RWMutex.Lock",
        "sync.RWMutex.RLock", "sync.WaitGroup.Wait", "sync.Cond.Wait", "IO wait", "sleep",
        "syscall", "running", "finalizer wait"}) {
    EXPECT_EQ(std::popcount(one(state)), 1) << state;
    EXPECT_EQ(seen & one(state), 0U) << state;
    seen |= one(state);
  }
}

TEST(ShapeStates, WhoMayRunAtOnceIsAsGoodAsRunning) { EXPECT_EQ(one("runnable"), one("running")); }

TEST(ShapeStates, AWordThatGoNeverPrintsIsNoState) {
  EXPECT_EQ(state_set(""), std::nullopt);
  EXPECT_EQ(state_set("asleep"), std::nullopt);
}

TEST(ShapeStates, AnUnknownStatusMayBeAny) {
  EXPECT_EQ(possible_states(""), kAnyState);
  EXPECT_EQ(possible_states("asleep"), kAnyState);
}

TEST(ShapeStates, SemacquireMayBeAnythingOfPackageSync) {
  const StateSet states = possible_states("semacquire");

  for (const std::string_view state : {"semacquire", "sync.Mutex.Lock", "sync.RWMutex.RLock",
                                       "sync.WaitGroup.Wait", "sync.Cond.Wait"}) {
    EXPECT_NE(states & one(state), 0U) << state;
  }
  EXPECT_EQ(states & one("chan receive"), 0U);
  EXPECT_EQ(possible_states("sync.Mutex.Lock"), one("sync.Mutex.Lock"));
}

TEST(ShapeStates, FramesOfTheRuntimeTellTheState) {
  EXPECT_EQ(states_of_frames(Stack{"runtime.gopark", "runtime.selectgo", "main.f"}), one("select"));
  EXPECT_EQ(states_of_frames(Stack{"runtime.gopark", "runtime.block", "main.f"}),
            one("select (no cases)"));
  EXPECT_EQ(states_of_frames(Stack{"runtime.gopark", "time.Sleep"}), one("sleep"));
  EXPECT_EQ(states_of_frames(Stack{"runtime.gopark", "runtime.chanrecv", "runtime.chanrecv2"}),
            one("chan receive") | one("chan receive (nil chan)"));
  EXPECT_EQ(states_of_frames(Stack{"sync.runtime_SemacquireMutex", "sync.(*Mutex).lockSlow"}),
            possible_states("semacquire"));
}

TEST(ShapeStates, FramesThatTellNothingMayBeAny) {
  EXPECT_EQ(states_of_frames({}), kAnyState);
  EXPECT_EQ(states_of_frames(Stack{"main.f", ""}), kAnyState);
}

TEST(ShapeStates, OnlyTheInnermostFramesAreAsked) {
  Stack stack(6, "main.f");
  stack.back() = "runtime.selectgo";
  EXPECT_EQ(states_of_frames(stack), one("select"));

  stack.insert(stack.begin(), "main.g");
  EXPECT_EQ(states_of_frames(stack), kAnyState);
}

}  // namespace
}  // namespace goknot::analysis
