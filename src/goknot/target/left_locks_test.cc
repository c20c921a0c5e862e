// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/left_locks.h"

#include "tests/support/written_code.h"

#include <gtest/gtest.h>

#include <vector>

namespace goknot::target {
namespace {

using testing_support::WrittenCode;

constexpr Address kLock = WrittenCode::kVariable;

// A goroutine that waits to lock a variable, in code whose sections all end where they begin.
class LeftLocksTest : public testing::Test {
 protected:
  LeftLocksTest() {
    code_.take(kLock).call("sync.(*Mutex).Lock");
    const Address locking = code_.here();
    code_.call("main.callsInlined");
    inside_ = code_.here();
    code_.take(kLock).call("sync.(*Mutex).Unlock").leave();
    code_.add_queue();
    stand(locking);
  }

  Snapshot& snapshot() { return code_.snapshot(); }
  // One more goroutine, which stands in the call before an address.
  Goroutine& stand(Address returns_to) {
    sites_.push_back(&code_.site(returns_to));
    const FrameId frames[] = {sites_.back()->calls.back().frame};
    Goroutine& goroutine = snapshot().goroutines.emplace_back();
    goroutine.state = State::waiting;
    goroutine.stack = snapshot().stacks.add(frames);
    return goroutine;
  }
  bool is_left() {
    left_.find(snapshot(), [this](StackId stack) -> std::span<const Site* const> {
      for (std::size_t i = 0; i < sites_.size(); ++i) {
        if (snapshot().goroutines[i].stack == stack) return std::span(sites_).subspan(i, 1);
      }
      return {};
    });
    return snapshot().objects[0].left_locked;
  }

  WrittenCode code_;
  Address inside_ = 0;
  std::vector<const Site*> sites_;
  Unlocks unlocks_{code_.code()};
  CriticalSections sections_{code_.code(), unlocks_.wrappers()};
  LeftLocks left_{code_.code(), unlocks_, sections_};
};

TEST_F(LeftLocksTest, WhatNobodyHasAndNobodyReleasesForOthersWasLeft) { EXPECT_TRUE(is_left()); }

TEST_F(LeftLocksTest, WhatIsFreeWasNot) {
  snapshot().object_states[0].locked = false;
  EXPECT_FALSE(is_left());
}

TEST_F(LeftLocksTest, WhatSomebodyMayHoldWasNot) {
  left_.note_claim({.lock = kLock});
  EXPECT_FALSE(is_left());
}

TEST_F(LeftLocksTest, WhatSomebodyHoldsMayBeAnyLock) {
  left_.note_claim({});
  EXPECT_FALSE(is_left());
}

TEST_F(LeftLocksTest, WhoHoldsAnotherLockIsNotInTheWay) {
  left_.note_claim({.lock = kLock + 8});
  EXPECT_TRUE(is_left());
}

TEST_F(LeftLocksTest, WhoRunsMayHaveIt) {
  stand(inside_).state = State::running;
  EXPECT_FALSE(is_left());
}

TEST_F(LeftLocksTest, WhoWasNotLookedAtMayHaveIt) {
  left_.note_missed();
  EXPECT_FALSE(is_left());
}

}  // namespace
}  // namespace goknot::target
