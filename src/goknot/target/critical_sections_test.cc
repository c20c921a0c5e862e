// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/critical_sections.h"

#include "tests/support/written_code.h"

#include <gtest/gtest.h>

#include <array>

namespace goknot::target {
namespace {

using testing_support::WrittenCode;

constexpr Address kLock = WrittenCode::kVariable;
constexpr Address kStack = 0xc000010000;
constexpr LockSide kSide{.lock = kLock};

// A goroutine that stands somewhere in main.down.
class CriticalSectionsTest : public testing::Test {
 protected:
  CriticalSectionsTest() { specimen_.stack = {kStack, stack_}; }

  // It stands in the call before an address.
  void stand(Address returns_to) { enter(code_.site(returns_to)); }
  // It is in this, called by what it was in before.
  void enter(const Site& site) {
    activations_.insert(activations_.begin(),
                        {.site = &site, .sp = kStack, .arguments = kStack + 64});
    specimen_.activations = activations_;
  }
  Meanwhile given_up(const LockSide& side) { return sections_.given_up(specimen_, 0, side, 1); }
  // func down() { mu.Lock(); wait(); mu.Unlock() }, standing in wait.
  void stand_in_section() {
    code_.take(kLock).call("sync.(*Mutex).Lock").call("main.callsInlined");
    const Address waiting = code_.here();
    code_.take(kLock).call("sync.(*Mutex).Unlock").leave();
    stand(waiting);
  }
  // func down() { mu.Unlock(); wait(); mu.Lock() }, standing in wait.
  void stand_where_it_is_lent() {
    code_.take(kLock).call("sync.(*Mutex).Unlock").call("main.callsInlined");
    const Address waiting = code_.here();
    code_.take(kLock).call("sync.(*Mutex).Lock").leave();
    stand(waiting);
  }

  WrittenCode code_;
  LockCalls calls_{code_.code()};
  LockWrappers wrappers_{code_.code(), calls_};
  CriticalSections sections_{code_.code(), wrappers_};
  std::array<std::byte, 128> stack_{};
  std::vector<Activation> activations_;
  Specimen specimen_;
};

TEST_F(CriticalSectionsTest, BetweenLockAndUnlockItHasTheLock) {
  stand_in_section();

  const auto held = sections_.held_by(specimen_);

  ASSERT_EQ(held.size(), 1U);
  EXPECT_EQ(held[0].side, kSide);
  EXPECT_EQ(held[0].activation, 0U);
  EXPECT_FALSE(held[0].unwound);
  EXPECT_TRUE(sections_.may_hold(*activations_[0].site));
}

TEST_F(CriticalSectionsTest, WhatNoCodeGivesUpIsKept) {
  code_.take(kLock).call("sync.(*Mutex).Lock").call("main.callsInlined");
  const Address waiting = code_.here();
  code_.leave();
  stand(waiting);

  EXPECT_TRUE(sections_.held_by(specimen_).empty());
  EXPECT_TRUE(sections_.has_any(*activations_[0].site));
  EXPECT_TRUE(sections_.has_taken(specimen_, 0, kSide));
}

TEST_F(CriticalSectionsTest, InTheCallOfLockItHasNot) {
  code_.take(kLock).call("sync.(*Mutex).Lock");
  stand(code_.here());
  code_.take(kLock).call("sync.(*Mutex).Unlock").leave();

  EXPECT_TRUE(sections_.held_by(specimen_).empty());
}

TEST_F(CriticalSectionsTest, WhatWasReleasedAndTakenAgainIsHeld) {
  code_.take(kLock).call("sync.(*Mutex).Lock").take(kLock).call("sync.(*Mutex).Unlock");
  code_.take(kLock).call("sync.(*Mutex).Lock").call("main.callsInlined");
  const Address waiting = code_.here();
  code_.take(kLock).call("sync.(*Mutex).Unlock").leave();
  stand(waiting);

  EXPECT_EQ(sections_.held_by(specimen_).size(), 1U);
  EXPECT_EQ(given_up(kSide), Meanwhile::held);
}

TEST_F(CriticalSectionsTest, AboveAPanicDeferredCallsMayHaveGivenItUp) {
  stand_in_section();
  Site panic;
  panic.table = &code_.code().tables().front();
  panic.function = code_.function("runtime.gopanic");
  enter(panic);

  const auto held = sections_.held_by(specimen_);

  ASSERT_EQ(held.size(), 1U);
  EXPECT_TRUE(held[0].unwound);
  EXPECT_EQ(held[0].activation, 1U);
}

TEST_F(CriticalSectionsTest, WhereNoGoCodeIsNothingIsHeld) {
  const Site foreign;
  enter(foreign);

  EXPECT_TRUE(sections_.held_by(specimen_).empty());
  EXPECT_FALSE(sections_.may_hold(foreign));
  EXPECT_FALSE(sections_.may_keep(foreign, kSide));
}

TEST_F(CriticalSectionsTest, WhatACallerHasIsGivenUpBehindAnUnlock) {
  stand_where_it_is_lent();

  EXPECT_EQ(given_up(kSide), Meanwhile::given_up);
}

TEST_F(CriticalSectionsTest, AnotherLockIsNot) {
  stand_where_it_is_lent();

  EXPECT_EQ(given_up({.lock = kLock + 8}), Meanwhile::held);
  EXPECT_EQ(given_up({.lock = kLock, .kind = ObjectKind::rwmutex}), Meanwhile::held);
}

TEST_F(CriticalSectionsTest, AnUnlockOfWhatCannotBeToldIsTakenForThatOfTheCaller) {
  code_.call("main.callsInlined").call("sync.(*Mutex).Unlock").call("main.callsInlined");
  stand(code_.here());
  code_.leave();

  EXPECT_EQ(given_up(kSide), Meanwhile::given_up);
}

TEST_F(CriticalSectionsTest, CodeThatIsNotUnderstoodMayHaveReleasedIt) {
  code_.take(kLock).call("sync.(*Mutex).Unlock").call("main.callsInlined");
  stand(code_.here());
  code_.memory().byte(code_.here()) = std::byte{0x06};  // no instruction of amd64

  EXPECT_EQ(given_up(kSide), Meanwhile::unclear);
  EXPECT_TRUE(sections_.may_keep(*activations_[0].site, kSide));
  EXPECT_FALSE(sections_.may_hold(*activations_[0].site));
}

TEST_F(CriticalSectionsTest, WhoLocksAndIsNotSeenToUnlockMayKeepIt) {
  code_.take(kLock).call("sync.(*Mutex).Lock").call("main.callsInlined");
  stand(code_.here());
  code_.leave();

  EXPECT_TRUE(sections_.may_keep(*activations_[0].site, kSide));
  EXPECT_FALSE(sections_.may_keep(*activations_[0].site, {.kind = ObjectKind::rwmutex}));
  EXPECT_TRUE(sections_.held_by(specimen_).empty());
}

TEST_F(CriticalSectionsTest, OnlyThatLockWasTakenWhichItIsSeenToTake) {
  code_.take(kLock).call("sync.(*Mutex).Lock").call("main.callsInlined");
  stand(code_.here());
  code_.leave();

  EXPECT_TRUE(sections_.has_taken(specimen_, 0, kSide));
  EXPECT_FALSE(sections_.has_taken(specimen_, 0, {.lock = kLock + 8}));
  EXPECT_FALSE(sections_.has_taken(specimen_, 0, {.lock = kLock, .kind = ObjectKind::rwmutex}));
}

}  // namespace
}  // namespace goknot::target
