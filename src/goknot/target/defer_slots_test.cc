// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/defers.h"
#include "tests/support/fake_memory.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace goknot::target {
namespace {

constexpr Address kInfo = 0x1000;

DeferSlots read(GoVersion version, std::initializer_list<int> bytes) {
  testing_support::FakeMemory memory;
  memory.map(kInfo, kInfo + 0x1000);
  Address at = kInfo;
  for (const int byte : bytes) memory.put(at++, static_cast<std::uint8_t>(byte));
  return read_defer_slots(memory, version, kInfo);
}

TEST(DeferSlots, SlotsLieInARowFrom122On) {
  // The byte at 0x109 needs two bytes of LEB128.
  const DeferSlots defers = read({22, 0}, {0x89, 0x02, 0x20});
  EXPECT_EQ(defers.bits, 0x109U);
  ASSERT_EQ(defers.slots.size(), 4U);  // more would lie above varp
  EXPECT_EQ(defers.slots[0].closure, 0x20U);
  EXPECT_EQ(defers.slots[1].closure, 0x18U);
}

TEST(DeferSlots, ClosuresAreListedLastFirstFrom118On) {
  const DeferSlots defers = read({18, 0}, {0x19, 2, 0x30, 0x18});
  EXPECT_EQ(defers.bits, 0x19U);
  ASSERT_EQ(defers.slots.size(), 2U);
  EXPECT_EQ(defers.slots[0].closure, 0x18U);
  EXPECT_EQ(defers.slots[1].closure, 0x30U);
}

TEST(DeferSlots, ArgumentsAreListedUntil117) {
  // One call without arguments, and before it one with a receiver of one word and a value of two.
  const DeferSlots defers = read({16, 0}, {0x18, 0x19, 2, /*second*/ 0, 0x28, 0, /*first*/ 0x18,
                                           0x20, 2, 0x10, 8, 0, 0x48, 16, 8});
  ASSERT_EQ(defers.slots.size(), 2U);
  EXPECT_EQ(defers.slots[1].closure, 0x28U);
  EXPECT_EQ(defers.slots[1].arguments[0], 0U);
  EXPECT_EQ(defers.slots[0].closure, 0x20U);
  EXPECT_EQ(defers.slots[0].arguments[0], 0x10U);
  EXPECT_EQ(defers.slots[0].arguments[1], 0x48U);
  EXPECT_EQ(defers.slots[0].arguments[2], 0x40U);
}

TEST(DeferSlots, WhatMakesNoSenseIsNone) {
  EXPECT_TRUE(read({18, 0}, {0x19, 200}).slots.empty());
  EXPECT_TRUE(read({22, 0}, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}).slots.empty());
  const testing_support::FakeMemory nothing;
  EXPECT_TRUE(read_defer_slots(nothing, {26, 0}, kInfo).slots.empty());
  EXPECT_TRUE(read_defer_slots(nothing, {26, 0}, 0).slots.empty());
}

}  // namespace
}  // namespace goknot::target
