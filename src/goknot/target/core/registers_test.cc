// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/core/registers.h"

#include <gtest/gtest.h>

#include <cstring>

namespace goknot::target {
namespace {

constexpr Address kStack = 0xc000040000;
constexpr std::size_t kSize = 4096;

// Bytes in which each word holds its own number.
std::vector<std::byte> numbered(std::size_t words) {
  std::vector<std::byte> bytes(words * 8);
  for (std::uint64_t i = 0; i < words; ++i) std::memcpy(bytes.data() + i * 8, &i, 8);
  return bytes;
}

void put(std::vector<std::byte>& bytes, std::size_t at, Address value) {
  std::memcpy(bytes.data() + at, &value, sizeof(value));
}

// A signal stack with a context at an offset.
std::vector<std::byte> with_context(std::size_t at) {
  std::vector<std::byte> stack = numbered(kSize / 8);
  put(stack, at + 8, 0);
  put(stack, at + 16, kStack);
  put(stack, at + 24, 0);
  put(stack, at + 32, kSize);
  // Of amd64: the segments of code and stack.
  if (at + 192 <= kSize) put(stack, at + 184, 0x2b000000000033);
  return stack;
}

TEST(Registers, StandWhereTheKernelPutsThem) {
  const auto amd64 = parse_registers(Architecture::amd64, numbered(27));
  const auto arm64 = parse_registers(Architecture::arm64, numbered(34));

  ASSERT_TRUE(amd64 && arm64);
  EXPECT_EQ(amd64->pc, 16U);
  EXPECT_EQ(amd64->sp, 19U);
  EXPECT_EQ(amd64->lr, 0U);
  EXPECT_EQ(amd64->all.size(), 27U);
  EXPECT_EQ(arm64->pc, 32U);
  EXPECT_EQ(arm64->sp, 31U);
  EXPECT_EQ(arm64->lr, 30U);
}

TEST(Registers, TooFewAreNone) {
  EXPECT_FALSE(parse_registers(Architecture::amd64, numbered(26)));
  EXPECT_FALSE(parse_registers(Architecture::arm64, numbered(27)));
}

TEST(Registers, AContextIsFoundByTheStackItDescribes) {
  const auto found = find_signal_context(Architecture::amd64, kStack, with_context(512));

  ASSERT_TRUE(found);
  EXPECT_EQ(found->registers.pc, (512U + 168) / 8);
  EXPECT_EQ(found->registers.sp, (512U + 160) / 8);
  EXPECT_FALSE(found->nested);
}

TEST(Registers, TheContextOfArm64HasAMaskBeforeThem) {
  const auto found = find_signal_context(Architecture::arm64, kStack, with_context(512));

  ASSERT_TRUE(found);
  EXPECT_EQ(found->registers.sp, (512U + 432) / 8);
  EXPECT_EQ(found->registers.pc, (512U + 440) / 8);
}

TEST(Registers, AStackWithoutOneHasNone) {
  EXPECT_FALSE(find_signal_context(Architecture::amd64, kStack, numbered(kSize / 8)));
  EXPECT_FALSE(find_signal_context(Architecture::amd64, kStack, with_context(kSize - 48)));
}

TEST(Registers, AHandlerMayInterruptAnother) {
  std::vector<std::byte> stack = with_context(512);
  put(stack, 512 + 160, kStack + 1024);

  const auto found = find_signal_context(Architecture::amd64, kStack, stack);

  ASSERT_TRUE(found);
  EXPECT_TRUE(found->nested);
}

TEST(Registers, WordsThatOnlyLookLikeAStackAreNone) {
  std::vector<std::byte> odd_size = with_context(512);
  put(odd_size, 512 + 32, kSize + 8);
  std::vector<std::byte> no_code = with_context(512);
  put(no_code, 512 + 184, 0);

  EXPECT_FALSE(find_signal_context(Architecture::amd64, kStack, odd_size));
  EXPECT_FALSE(find_signal_context(Architecture::amd64, kStack, no_code));
}

TEST(Registers, AContextOfAnotherStackIsNone) {
  EXPECT_FALSE(find_signal_context(Architecture::amd64, kStack + kSize, with_context(512)));
}

}  // namespace
}  // namespace goknot::target
