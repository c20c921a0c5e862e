// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/deferred_names.h"

#include "tests/support/written_code.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace goknot::target {
namespace {

using testing_support::WrittenCode;

class DeferredNamesTest : public testing::Test {
 protected:
  std::string name_of(Address code) {
    PendingCall call;
    call.code = code;
    return DeferredNames(code_.code()).name_of(call);
  }
  std::string name_of(std::string_view function) { return name_of(code_.function(function).entry); }

  WrittenCode code_;
};

TEST_F(DeferredNamesTest, AFunctionIsCalledAsItIsWritten) {
  EXPECT_EQ(name_of("main.down"), "main.down");
  EXPECT_EQ(name_of("sync.(*Mutex).Unlock"), "sync.(*Mutex).Unlock");
}

TEST_F(DeferredNamesTest, WhatTheRuntimeDefersForItselfHasNoName) {
  EXPECT_EQ(name_of("runtime.gopark"), "");
}

TEST_F(DeferredNamesTest, AKeywordIsWhatItsFunctionWasWrittenAs) {
  EXPECT_EQ(name_of("runtime.gopanic"), "panic");
}

TEST_F(DeferredNamesTest, WhereNoFunctionBeginsThereIsNoName) {
  EXPECT_EQ(name_of(code_.begin() + 1), "");
  EXPECT_EQ(name_of(Address{0}), "");
}

}  // namespace
}  // namespace goknot::target
