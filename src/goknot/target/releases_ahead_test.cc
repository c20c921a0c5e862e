// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/releases_ahead.h"

#include "tests/support/written_code.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::target {
namespace {

using testing_support::WrittenCode;

constexpr Address kLock = WrittenCode::kVariable;
constexpr std::string_view kWaits = "runtime.chanrecv1", kTake = "sync.(*Mutex).Lock",
                           kGive = "sync.(*Mutex).Unlock";

class ReleasesAheadTest : public testing::Test {
 protected:
  bool may_follow(Address returns_to, ObjectKind kind = ObjectKind::mutex) {
    return releases_.may_follow(code_.site(returns_to), kind);
  }

  WrittenCode code_{{{"main.callsInlined", std::string(kWaits)}}};
  LockCalls calls_{code_.code()};
  LockWrappers wrappers_{code_.code(), calls_};
  ReleasesAhead releases_{code_.code(), wrappers_};
};

//     <-c; mu.Unlock()
TEST_F(ReleasesAheadTest, AnUnlockWithoutALockMayFollow) {
  const Address stands = code_.call(kWaits).here();
  code_.take(kLock).call(kGive).leave();

  EXPECT_TRUE(may_follow(stands));
  EXPECT_FALSE(may_follow(stands, ObjectKind::rwmutex));
}

//     <-c; mu.Lock(); mu.Unlock()
TEST_F(ReleasesAheadTest, WhoTakesItFirstReleasesItsOwn) {
  const Address stands = code_.call(kWaits).here();
  code_.take(kLock).call(kTake).take(kLock).call(kGive).leave();

  EXPECT_FALSE(may_follow(stands));
}

//     mu.Unlock(); <-c
TEST_F(ReleasesAheadTest, WhatIsBehindDoesNotFollow) {
  const Address stands = code_.take(kLock).call(kGive).call(kWaits).here();
  code_.leave();

  EXPECT_FALSE(may_follow(stands));
}

//     mu.Lock(); <-c     // its caller, or who is told by it, may unlock
TEST_F(ReleasesAheadTest, WhoHasTakenOneMayReleaseIt) {
  const Address stands = code_.take(kLock).call(kTake).call(kWaits).here();
  code_.leave();

  EXPECT_TRUE(may_follow(stands));
}

//     <-c; done()        // a func value
TEST_F(ReleasesAheadTest, ACallOfWhoKnowsWhatMayReleaseIt) {
  const Address stands = code_.call(kWaits).here();
  code_.call_indirectly().leave();

  EXPECT_TRUE(may_follow(stands));
}

TEST_F(ReleasesAheadTest, SoMayCodeThatIsNotUnderstood) {
  const Address stands = code_.call(kWaits).here();
  code_.memory().byte(stands) = std::byte{0x06};  // no instruction of amd64

  EXPECT_TRUE(may_follow(stands));
}

}  // namespace
}  // namespace goknot::target
