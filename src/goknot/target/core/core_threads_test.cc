// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/core/core_threads.h"

#include "tests/support/core_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <string>

namespace goknot::target {
namespace {

using testing_support::CoreBuilder;

constexpr Address kStack = 0xc000040000;
constexpr Address kSignalStack = 0xc000080000;
constexpr std::size_t kSize = 32768;

void put(std::string& bytes, std::size_t at, Address value) {
  std::memcpy(bytes.data() + at, &value, sizeof(value));
}

// A signal stack on which the handler of a signal runs that came at (pc, sp).
std::string signal_stack(Address pc, Address sp) {
  std::string bytes(kSize, '\0');
  const std::size_t context = kSize - 2048;
  put(bytes, context + 16, kSignalStack);
  put(bytes, context + 32, kSize);
  put(bytes, context + 160, sp);
  put(bytes, context + 168, pc);
  put(bytes, context + 184, 0x33);  // the segment of user code
  return bytes;
}

// Where a thread stands, in a core with that signal stack.
std::optional<Registers> registers_of(std::uint64_t tid, const std::string& signals) {
  CoreBuilder builder;
  builder.thread(812, 0x401000, kStack + 64)
      .thread(813, 0x402000, kSignalStack + kSize - 4096)
      .segment(kStack, "rw", std::string(4096, '\0'))
      .segment(kSignalStack, "rw", signals);
  const std::string bytes = builder.build();
  const CoreMemory memory(*CoreFile::parse(std::as_bytes(std::span(bytes)), "core"));
  std::optional<Registers> seen;
  CoreThreads threads(memory);
  threads.hold(tid, [&seen](const Registers& registers) { seen = registers; });
  return seen;
}

TEST(CoreThreads, StandWhereTheirRegistersSay) {
  const auto registers = registers_of(812, signal_stack(1, 2));

  ASSERT_TRUE(registers);
  EXPECT_EQ(registers->pc, 0x401000U);
  EXPECT_EQ(registers->sp, kStack + 64);
}

TEST(CoreThreads, InAHandlerTheyStandWhereTheSignalCame) {
  const auto registers = registers_of(813, signal_stack(0x403000, kStack + 128));

  ASSERT_TRUE(registers);
  EXPECT_EQ(registers->pc, 0x403000U);
  EXPECT_EQ(registers->sp, kStack + 128);
}

TEST(CoreThreads, WithoutAContextTheHandlerItselfIsAllThereIs) {
  const auto registers = registers_of(813, std::string(kSize, '\0'));

  ASSERT_TRUE(registers);
  EXPECT_EQ(registers->pc, 0x402000U);
}

TEST(CoreThreads, AThreadThatIsNotThereIsGone) { EXPECT_FALSE(registers_of(814, "")); }

}  // namespace
}  // namespace goknot::target
