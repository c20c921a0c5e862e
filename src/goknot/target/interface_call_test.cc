// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/interface_call.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace goknot::target {
namespace {

std::vector<std::byte> code(std::initializer_list<unsigned> bytes) {
  std::vector<std::byte> code;
  for (const unsigned byte : bytes) code.push_back(static_cast<std::byte>(byte));
  return code;
}

TEST(InterfaceCallOf, AWrapperNamesTheWordAndTheMethod) {
  // What go1.17 to go1.27 make of `defer c.Close()`.
  const auto call = find_interface_call(code({0x48, 0x8b, 0x4a, 0x08,  // mov rcx, [rdx + 8]
                                              0x48, 0x8b, 0x42, 0x10,  // mov rax, [rdx + 16]
                                              0x48, 0x8b, 0x49, 0x20,  // mov rcx, [rcx + 0x20]
                                              0xff, 0xd1,              // call rcx
                                              0xc3}));

  ASSERT_TRUE(call.has_value());
  EXPECT_EQ(call->captured, 0U);
  EXPECT_EQ(call->method, 0x20U);
}

TEST(InterfaceCallOf, OtherWordsMayBeCapturedBefore) {
  const auto call = find_interface_call(code({0x48, 0x8b, 0x5a, 0x18, 0x48, 0x8b, 0x5b, 0x18,  //
                                              0xff, 0xd3}));

  ASSERT_TRUE(call.has_value());
  EXPECT_EQ(call->captured, 2U);
}

TEST(InterfaceCallOf, WhatWasCapturedMayBeKeptInTheFrameMeanwhile) {
  // What go1.21 -race makes of `defer c.Close()`, around a call of the race detector.
  const auto call = find_interface_call(code({0x48, 0x8b, 0x4a, 0x08,        // mov rcx, [rdx + 8]
                                              0x48, 0x89, 0x4c, 0x24, 0x08,  // mov [rsp + 8], rcx
                                              0x48, 0x8b, 0x52, 0x10,        // mov rdx, [rdx + 16]
                                              0x48, 0x89, 0x54, 0x24, 0x10,  // mov [rsp + 16], rdx
                                              0x48, 0x8b, 0x44, 0x24, 0x20,  // mov rax, [rsp + 32]
                                              0xe8, 0x00, 0x00, 0x00, 0x00,  // call racefuncenter
                                              0x48, 0x8b, 0x4c, 0x24, 0x08,  // mov rcx, [rsp + 8]
                                              0x48, 0x8b, 0x49, 0x18,        // mov rcx, [rcx + 24]
                                              0x48, 0x8b, 0x44, 0x24, 0x10,  // mov rax, [rsp + 16]
                                              0xff, 0xd1}));                 // call rcx

  ASSERT_TRUE(call.has_value());
  EXPECT_EQ(call->captured, 0U);
  EXPECT_EQ(call->method, 0x18U);
}

TEST(InterfaceCallOf, ASlotThatNothingWasPutIntoIsNone) {
  // mov rcx, [rsp + 8]; mov rcx, [rcx + 24]; call rcx
  EXPECT_FALSE(find_interface_call(
      code({0x48, 0x8b, 0x4c, 0x24, 0x08, 0x48, 0x8b, 0x49, 0x18, 0xff, 0xd1})));
}

TEST(InterfaceCallOf, ACapturedFunctionIsNone) {
  // mov rdx, [rdx + 8]; mov rax, [rdx]; call rax
  EXPECT_FALSE(find_interface_call(code({0x48, 0x8b, 0x52, 0x08, 0x48, 0x8b, 0x02, 0xff, 0xd0})));
}

TEST(InterfaceCallOf, ATableThatWasNotCapturedIsNone) {
  // mov rcx, [rax + 8]; mov rcx, [rcx + 0x18]; call rcx
  EXPECT_FALSE(find_interface_call(code({0x48, 0x8b, 0x48, 0x08, 0x48, 0x8b, 0x49, 0x18,  //
                                         0xff, 0xd1})));
}

TEST(InterfaceCallOf, TwoCallsAreNone) {
  EXPECT_FALSE(
      find_interface_call(code({0x48, 0x8b, 0x4a, 0x08, 0x48, 0x8b, 0x49, 0x18, 0xff, 0xd1,
                                0x48, 0x8b, 0x4a, 0x08, 0x48, 0x8b, 0x49, 0x20, 0xff, 0xd1})));
}

TEST(InterfaceCallOf, CodeThatEndsEarlyIsNone) {
  const auto whole = code({0x48, 0x8b, 0x4a, 0x08, 0x48, 0x8b, 0x49, 0x18, 0xff, 0xd1});

  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(find_interface_call(std::span(whole).first(size))) << size;
  }
}

}  // namespace
}  // namespace goknot::target
