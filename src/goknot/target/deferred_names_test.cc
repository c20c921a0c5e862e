// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/deferred_names.h"

#include "tests/support/written_code.h"

#include <gtest/gtest.h>

#include <optional>
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

// What a deferred call is given: defer wg.Done().
class DeferredReceiver : public testing::Test {
 protected:
  static constexpr Address kGroup = 0xc000100008;

  std::optional<Address> receiver_of(std::string_view function, std::optional<Address> argument,
                                     std::optional<Address> captured) {
    PendingCall call;
    call.code = code_.function(function).entry;
    call.arguments[0] = argument;
    call.captured[0] = captured;
    return DeferredNames(code_.code()).receiver_of(call);
  }

  // The compiler makes such a function of the statement from go1.22 on. It only calls Unlock.
  void write_wrapper() {
    const Function function = code_.function("main.f.deferwrap1");
    const Address end = code_.code().table_of(function.entry)->end_of(function);
    code_.memory().map(function.entry, end);
    for (Address at = function.entry; at < end; ++at) code_.memory().byte(at) = std::byte{0xcc};
    const Address target = code_.function("sync.(*Mutex).Unlock").entry;
    constexpr Address kCall = 5;
    code_.memory().byte(function.entry) = std::byte{0xe8};
    code_.memory().put(function.entry + 1,
                       static_cast<std::int32_t>(target - (function.entry + kCall)));
  }

  WrittenCode code_{{{"main.dereferences.func1", "main.f.deferwrap1"},
                     {"main.(*hub).waitForNews", "sync.(*Mutex).Unlock-fm"}}};
};

// To go1.16.
TEST_F(DeferredReceiver, OfTheMethodItselfIsItsFirstArgument) {
  EXPECT_EQ(receiver_of("sync.(*Mutex).Unlock", kGroup, kGroup + 8), kGroup);
  EXPECT_EQ(receiver_of("sync.(*Mutex).Unlock", std::nullopt, kGroup + 8), std::nullopt);
  EXPECT_EQ(receiver_of("sync.(*Mutex).Unlock", 0, std::nullopt), std::nullopt);
}

TEST_F(DeferredReceiver, OfTheMethodInAWrapperIsWhatThatCaptured) {
  write_wrapper();

  EXPECT_EQ(receiver_of("main.f.deferwrap1", std::nullopt, kGroup), kGroup);
}

TEST_F(DeferredReceiver, OfAMethodValueIsWhatThatKeeps) {
  EXPECT_EQ(receiver_of("sync.(*Mutex).Unlock-fm", std::nullopt, kGroup), kGroup);
}

// A type that embeds a lock has such a method; a call of it is given the type.
TEST_F(DeferredReceiver, OfAWrapperThatIsGivenArgumentsIsNotKnown) {
  write_wrapper();

  EXPECT_EQ(receiver_of("main.f.deferwrap1", kGroup, kGroup + 8), std::nullopt);
}

TEST_F(DeferredReceiver, OnlyOfMethodsOfSyncIsItTold) {
  EXPECT_EQ(receiver_of("main.callsInlined", kGroup, kGroup), std::nullopt);
}

}  // namespace
}  // namespace goknot::target
