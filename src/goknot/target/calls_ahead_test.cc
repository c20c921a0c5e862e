// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/calls_ahead.h"

#include "tests/support/written_code.h"

#include <gtest/gtest.h>

#include <string_view>

namespace goknot::target {
namespace {

using testing_support::WrittenCode;

// Somebody stands in the call before an address of the code that a test writes.
class CallsAheadOf : public testing::Test {
 protected:
  bool ahead(Address returns_to) {
    constexpr std::string_view kNames[] = {"sync.(*Mutex).Lock"};
    Callees callees(code_.code());
    return calls_ahead(code_.code(), callees, code_.site(returns_to), kNames, 0);
  }

  WrittenCode code_;
};

TEST_F(CallsAheadOf, ALoopComesBackToTheCall) {
  const Address begin = code_.take(WrittenCode::kVariable).here();
  const Address waits = code_.call("sync.(*Mutex).Lock").call("sync.(*Mutex).Unlock").here();
  code_.jump_back_to(begin).leave();

  EXPECT_TRUE(ahead(waits));
}

TEST_F(CallsAheadOf, WhatIsBehindDoesNotCount) {
  const Address waits = code_.take(WrittenCode::kVariable)
                            .call("sync.(*Mutex).Lock")
                            .call("sync.(*Mutex).Unlock")
                            .here();
  code_.leave();

  EXPECT_FALSE(ahead(waits));
}

TEST_F(CallsAheadOf, OneOfSeveralWaysIsEnough) {
  const Address waits = code_.take(WrittenCode::kVariable).call("sync.(*Mutex).Unlock").here();
  code_.branch_over(1).leave().call("sync.(*Mutex).Lock").leave();

  EXPECT_TRUE(ahead(waits));
}

TEST_F(CallsAheadOf, NoWayLeadsPastTheEnd) {
  const Address waits = code_.take(WrittenCode::kVariable).call("sync.(*Mutex).Unlock").here();
  code_.leave().call("sync.(*Mutex).Lock").leave();

  EXPECT_FALSE(ahead(waits));
}

}  // namespace
}  // namespace goknot::target
