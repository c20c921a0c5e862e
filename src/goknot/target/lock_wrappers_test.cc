// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/lock_wrappers.h"

#include "tests/support/written_code.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::WrittenCode;
using Action = LockFunction::Action;

constexpr Address kLock = WrittenCode::kVariable;

// main.down as a function that does something to a lock for its callers.
class LockWrappersTest : public testing::Test {
 protected:
  bool may_release(ObjectKind kind, Operation mode) {
    return wrappers_.may_release(code_.begin(), kind, mode);
  }

  WrittenCode code_;
  LockCalls calls_{code_.code()};
  LockWrappers wrappers_{code_.code(), calls_};
};

//     func lock() { mu.Lock() }
TEST_F(LockWrappersTest, WhoLocksAVariableAndComesBackHasTakenItForItsCaller) {
  code_.take(kLock).call("sync.(*Mutex).Lock").leave();

  const auto step = wrappers_.step_of(code_.begin());

  ASSERT_TRUE(step);
  EXPECT_EQ(step->kind, LockStep::Kind::takes);
  EXPECT_EQ(step->where.start, Recipe::Start::number);
  EXPECT_EQ(static_cast<Address>(step->where.number), kLock);
}

//     func unlock() { mu.Unlock() }
TEST_F(LockWrappersTest, WhoUnlocksHasGivenItUp) {
  code_.take(kLock).call("sync.(*Mutex).Unlock").leave();

  const auto step = wrappers_.step_of(code_.begin());

  ASSERT_TRUE(step);
  EXPECT_EQ(step->kind, LockStep::Kind::gives);
}

TEST_F(LockWrappersTest, WhoDoesBothHasDoneNothing) {
  code_.take(kLock).call("sync.(*Mutex).Lock").take(kLock).call("sync.(*Mutex).Unlock").leave();

  EXPECT_FALSE(wrappers_.step_of(code_.begin()));
  EXPECT_TRUE(wrappers_.uses_locks(code_.begin()));
}

//     func lockBoth() { a.Lock(); b.Lock() }
TEST_F(LockWrappersTest, TwoLocksAreNoStepOfACaller) {
  code_.take(kLock).call("sync.(*Mutex).Lock").take(kLock + 8).call("sync.(*Mutex).Lock").leave();

  EXPECT_EQ(wrappers_.effects_of(code_.begin()).size(), 2U);
  EXPECT_FALSE(wrappers_.step_of(code_.begin()));
}

//     func lock() { find().Lock() }
TEST_F(LockWrappersTest, ALockThatNoCallerCanTellIsNone) {
  code_.call("main.callsInlined").call("sync.(*Mutex).Lock").leave();

  EXPECT_FALSE(wrappers_.step_of(code_.begin()));
}

TEST_F(LockWrappersTest, AFunctionThatCallsItselfIsFollowedOnce) {
  code_.call("main.down").take(kLock).call("sync.(*Mutex).Unlock").leave();

  EXPECT_EQ(wrappers_.effects_of(code_.begin()).size(), 1U);
}

TEST_F(LockWrappersTest, AMethodOfALockIsNoWrapper) {
  EXPECT_FALSE(wrappers_.step_of(code_.function("sync.(*Mutex).Lock").entry));
}

TEST_F(LockWrappersTest, MayReleaseOnlyTheSideItCalls) {
  code_.take_anything().call("sync.(*Mutex).Unlock").leave();

  EXPECT_TRUE(may_release(ObjectKind::mutex, Operation::lock));
  EXPECT_FALSE(may_release(ObjectKind::rwmutex, Operation::lock));
  EXPECT_FALSE(may_release(ObjectKind::mutex, Operation::rlock));
}

TEST_F(LockWrappersTest, WhoOnlyLocksReleasesNothing) {
  code_.take(kLock).call("sync.(*Mutex).Lock").leave();

  EXPECT_FALSE(may_release(ObjectKind::mutex, Operation::lock));
}

TEST_F(LockWrappersTest, CodeThatIsNotUnderstoodHasNoFlow) {
  code_.take(kLock).call("sync.(*Mutex).Lock");
  code_.memory().byte(code_.here()) = std::byte{0x06};  // no instruction of amd64

  EXPECT_EQ(wrappers_.flow_of(code_.function()), nullptr);
  EXPECT_TRUE(wrappers_.effects_of(code_.begin()).empty());
}

}  // namespace
}  // namespace goknot::target
