// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/lock_calls.h"

#include "tests/support/written_code.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace goknot::target {
namespace {

using testing_support::WrittenCode;
using Action = LockFunction::Action;

constexpr LockCall kLocks{.function = {.action = Action::acquires}};
constexpr LockCall kUnlocks{.function = {.action = Action::releases}};

TEST(LockCalls, AreToldEachOnce) {
  WrittenCode code;
  code.call("sync.(*Mutex).Lock").call("sync.(*Mutex).Unlock").call("sync.(*Mutex).Lock").leave();

  const auto found = LockCalls(code.code()).of(code.begin());

  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0], kLocks);
  EXPECT_EQ(found[1], kUnlocks);
}

TEST(LockCalls, BytesThatOnlyLookLikeACallAreNone) {
  WrittenCode code;
  const Address unlock = code.function("sync.(*Mutex).Unlock").entry;
  code.memory()
      .put(code.begin(), std::uint8_t{0xe8})
      .put(code.begin() + 1, static_cast<std::int32_t>(unlock + 1 - (code.begin() + 5)));

  EXPECT_TRUE(LockCalls(code.code()).of(code.begin()).empty());
}

TEST(LockCalls, TheSlowPartOfWhatWasInlinedIsNoCallOfItsOwn) {
  WrittenCode code;
  code.call("sync.(*Mutex).lockSlow").leave();

  EXPECT_TRUE(LockCalls(code.code()).of(code.begin()).empty());
}

TEST(LockCalls, WhatWasInlinedIsToldByTheTreeOfTheFunction) {
  WrittenCode code;

  const auto found = LockCalls(code.code()).of(code.function("main.(*hub).add").entry);

  const LockCall inlined{.function = {.action = Action::acquires}, .inlined = true};
  EXPECT_NE(std::ranges::find(found, inlined), found.end());
}

TEST(LockCalls, NoFunctionBeginsInTheMiddleOfOne) {
  WrittenCode code;
  code.call("sync.(*Mutex).Lock").leave();

  EXPECT_TRUE(LockCalls(code.code()).of(code.begin() + 5).empty());
}

TEST(LockCalls, ShortFunctionsThatMayWrapALockAreToldEachOnce) {
  WrittenCode code;
  code.call("main.locked").call("main.locked").call("main.down").call("sync.(*Mutex).Lock");
  code.call("runtime.gopark").leave();

  EXPECT_EQ(LockCalls(code.code()).short_callees(code.begin()),
            std::vector{code.function("main.locked").entry});
}

}  // namespace
}  // namespace goknot::target
