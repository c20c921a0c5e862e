// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/unlocks.h"

#include "tests/support/written_code.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::WrittenCode;

constexpr Address kLock = WrittenCode::kVariable;
constexpr Address kClosure = 0xc000020000;
constexpr std::uint8_t kFirst = 8, kSecond = 16;  // words of a funcval

// Deferred calls, and what they will release.
class UnlocksTest : public testing::Test {
 protected:
  PendingCall call_of(std::string_view name) const {
    PendingCall call;
    call.closure = kClosure;
    call.code = code_.function(name).entry;
    return call;
  }
  // The only lock a call releases; 0: none, or several.
  Address released(const PendingCall& call) {
    const auto sides = unlocks_.all_released_by(call);
    return sides.size() == 1 ? sides.front().side.lock : 0;
  }

  WrittenCode code_;
  Unlocks unlocks_{code_.code()};
};

TEST_F(UnlocksTest, TheMethodItselfReleasesItsReceiver) {
  PendingCall call = call_of("sync.(*Mutex).Unlock");
  call.arguments[0] = kLock;

  const auto side = unlocks_.released_by(call);

  EXPECT_EQ(side, (LockSide{.lock = kLock}));
}

TEST_F(UnlocksTest, OfANilReceiverOrOneThatIsNotKnownNothingIsReleased) {
  PendingCall call = call_of("sync.(*Mutex).Unlock");
  EXPECT_TRUE(unlocks_.all_released_by(call).empty());

  call.arguments[0] = 0;
  EXPECT_TRUE(unlocks_.all_released_by(call).empty());
}

TEST_F(UnlocksTest, ADeferredLockReleasesNothing) {
  PendingCall call = call_of("sync.(*Mutex).Lock");
  call.arguments[0] = kLock;
  call.captured[0] = kLock;

  EXPECT_TRUE(unlocks_.all_released_by(call).empty());
}

//     defer func() { h.mu.Unlock() }()    // h is the second of what is captured, mu 8 bytes within
TEST_F(UnlocksTest, TheCodeTellsWhichOfWhatItCapturedIsTheLock) {
  code_.take_captured(kSecond).plus(8).call("sync.(*Mutex).Unlock").leave();
  PendingCall call = call_of("main.down");
  call.captured[0] = kLock + 0x1000;
  call.captured[1] = kLock;

  EXPECT_EQ(released(call), kLock + 8);
}

TEST_F(UnlocksTest, WhatWasNotCopiedOfAClosureIsNotGuessed) {
  code_.take_captured(kFirst).call("sync.(*Mutex).Unlock").leave();
  PendingCall call = call_of("main.down");
  call.captured[1] = kLock;

  EXPECT_TRUE(unlocks_.all_released_by(call).empty());
}

//     defer func() { h.Unlock(); mu.Unlock() }()
TEST_F(UnlocksTest, OneCallMayReleaseTwoLocks) {
  code_.take_captured(kFirst).call("sync.(*Mutex).Unlock");
  code_.take(kLock).call("sync.(*Mutex).Unlock").leave();
  PendingCall call = call_of("main.down");
  call.captured[0] = kLock + 8;

  EXPECT_EQ(unlocks_.all_released_by(call).size(), 2U);
}

//     defer func() { if … { mu.Unlock() } }()
TEST_F(UnlocksTest, WhatItReleasesOnOneOfTwoWaysItOnlyMay) {
  constexpr std::uint8_t kRelease = 12;  // bytes of take and call
  code_.branch_over(kRelease).take(kLock).call("sync.(*Mutex).Unlock").leave();

  const auto releases = unlocks_.all_released_by(call_of("main.down"));

  ASSERT_EQ(releases.size(), 1U);
  EXPECT_FALSE(releases[0].always);
}

//     defer func() { if … { mu.Unlock(); return }; mu.Unlock() }()
TEST_F(UnlocksTest, WhatItReleasesOnBothOfTwoWaysItAlwaysDoes) {
  constexpr std::uint8_t kRelease = 13;  // bytes of take, call and leave
  code_.branch_over(kRelease).take(kLock).call("sync.(*Mutex).Unlock").leave();
  code_.take(kLock).call("sync.(*Mutex).Unlock").leave();

  const auto releases = unlocks_.all_released_by(call_of("main.down"));

  ASSERT_EQ(releases.size(), 1U);
  EXPECT_TRUE(releases[0].always);
}

// func() { if t.writes { mu.Unlock() } }
class ConditionalUnlock : public UnlocksTest {
 protected:
  static constexpr Address kTransaction = 0xc000030000;
  static constexpr std::uint8_t kWrites = 0x20, kRelease = 12;  // bytes of take and call

  ConditionalUnlock() {
    code_.take_captured(kFirst).skip_if_zero(kWrites, kRelease);
    code_.take(kLock).call("sync.(*Mutex).Unlock").leave();
    code_.memory().map(kTransaction, kTransaction + 0x1000);
    call_ = call_of("main.down");
    call_.captured[0] = kTransaction;
  }

  PendingCall call_;
};

TEST_F(ConditionalUnlock, WouldReleaseTheLockAsMemoryIs) {
  EXPECT_TRUE(unlocks_.would_release(call_).empty());

  code_.memory().byte(kTransaction + kWrites) = std::byte{1};
  EXPECT_EQ(unlocks_.would_release(call_), std::vector{LockSide{.lock = kLock}});
}

TEST_F(ConditionalUnlock, WhereMemoryCannotBeReadNothingIsReleased) {
  call_.captured[0] = std::nullopt;
  EXPECT_TRUE(unlocks_.would_release(call_).empty());

  call_.captured[0] = Address{0x10};
  EXPECT_TRUE(unlocks_.would_release(call_).empty());
}

TEST_F(UnlocksTest, AFunctionOfTheUsersDoesNotReleaseTheFirstThingItCaptured) {
  PendingCall call = call_of("main.down");
  code_.leave();
  call.captured[0] = kLock;

  EXPECT_TRUE(unlocks_.all_released_by(call).empty());
}

TEST_F(UnlocksTest, ATypeIsALockIfItHasARelease) {
  const Address itab = code_.code().tables().front().module().data.begin + 256;
  const Address methods = itab + 24;
  code_.memory().put(methods, code_.function("sync.(*Mutex).Lock").entry);
  code_.memory().put(methods + 8, code_.function("sync.(*Mutex).Unlock").entry);

  const auto release = unlocks_.release_of_type(itab);

  ASSERT_TRUE(release);
  EXPECT_EQ(release->kind, ObjectKind::mutex);
}

TEST_F(UnlocksTest, BehindTheMethodsOfATypeNothingBelongsToIt) {
  const Address itab = code_.code().tables().front().module().data.begin + 256;
  code_.memory().put(itab + 24, code_.function("sync.(*Mutex).Lock").entry);
  code_.memory().put(itab + 32, Address{0});
  code_.memory().put(itab + 40, code_.function("sync.(*Mutex).Unlock").entry);

  EXPECT_FALSE(unlocks_.release_of_type(itab));
  EXPECT_FALSE(unlocks_.release_of_type(8));
}

TEST(MadeByTheCompiler, IsToldByKindAndName) {
  EXPECT_TRUE(is_made_by_compiler("main.f", FuncId::wrapper));
  EXPECT_TRUE(is_made_by_compiler("main.f.deferwrap1", FuncId::normal));
  EXPECT_TRUE(is_made_by_compiler("main.f\u00b7dwrap\u00b72", FuncId::normal));
  EXPECT_TRUE(is_made_by_compiler("sync.(*Mutex).Unlock-fm", FuncId::normal));
  EXPECT_FALSE(is_made_by_compiler("main.f.func1", FuncId::normal));
}

}  // namespace
}  // namespace goknot::target
