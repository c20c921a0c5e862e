// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/waits/parking_call.h"

#include "tests/support/parked_goroutine.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::ParkedGoroutine;

constexpr Address kObject = ParkedGoroutine::kObject;
constexpr Address kOther = ParkedGoroutine::kOther;

TEST(ParkingCall, TellsTheFirstWordsOfItsFrame) {
  ParkedGoroutine parked({25, 0});
  parked.calls({"runtime.gopark", "internal/poll.runtime_pollWait", "main.f"}, kObject, 'r');

  const auto call = find_call(parked.specimen, WaitRole::poll);

  ASSERT_TRUE(call);
  EXPECT_EQ(call->first, kObject);
  EXPECT_EQ(call->second, Address{'r'});
}

TEST(ParkingCall, EndsAtTheFirstFunctionOutsideOfTheMachinery) {
  ParkedGoroutine parked({25, 0});
  parked.calls({"runtime.gopark", "main.f", "internal/poll.runtime_pollWait"}, kObject, 'r');

  EXPECT_FALSE(find_call(parked.specimen, WaitRole::poll));
}

TEST(ParkingCall, WordsThatWereNotCopiedAreZero) {
  ParkedGoroutine parked({25, 0});
  parked.calls({"internal/poll.runtime_pollWait", "main.f"}, kObject, 'r');
  parked.specimen.stack = {};

  const auto call = find_call(parked.specimen, WaitRole::poll);

  ASSERT_TRUE(call);
  EXPECT_EQ(call->first, 0U);
}

TEST(ParkingCall, OnlyWordsThatLeadElsewhereAreWorthALook) {
  ParkedGoroutine parked({25, 0});
  parked.calls({"internal/poll.runtime_pollWait", "main.f"}, kObject + 1, 0);  // not aligned
  parked.keeps_elsewhere(kOther, true);
  const Activation& activation = parked.specimen.activations.front();

  EXPECT_TRUE(is_first_inexact(activation));
  EXPECT_EQ(words_down_to(parked.specimen, activation), std::vector{kOther});

  parked.specimen.record.key.stack = {kOther, kOther + 8};
  EXPECT_TRUE(words_down_to(parked.specimen, activation).empty());
}

}  // namespace
}  // namespace goknot::target
