// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/object_masks.h"

#include "tests/support/fake_memory.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

constexpr Address kTypes = 0x480000;
bool is_pointer(const ObjectMask& mask, std::uint64_t word) {
  return (std::to_integer<unsigned>(mask.bits[word / 8]) >> word % 8 & 1U) != 0;
}

constexpr Address kBits = kTypes + 0x800;

struct ObjectMasksTest : testing::Test {
  ObjectMasksTest() {
    memory.map(kTypes, kTypes + 0x1000);
    memory.put(kTypes, std::uint64_t{96}).put(kTypes + 8, std::uint64_t{80});
    memory.put(kTypes + 32, kBits).put(kBits, std::uint8_t{0b101}).put(kBits + 1, std::uint8_t{2});
  }

  ObjectMasks masks(std::uint8_t minor = 26) {
    layout = *layout_of({minor, 0}, Architecture::amd64);
    return {memory, layout, {{kTypes, kTypes + 0x1000}}};
  }

  testing_support::FakeMemory memory;
  Layout layout;
};

TEST_F(ObjectMasksTest, KnowsThePointersOfAType) {
  ObjectMasks all = masks();
  const ObjectMask* mask = all.find(kTypes);
  ASSERT_NE(mask, nullptr);
  EXPECT_EQ(mask->size, 96U);
  ASSERT_EQ(mask->pointer_words, 10U);
  for (std::uint64_t word = 0; word < 10; ++word) {
    EXPECT_EQ(is_pointer(*mask, word), word == 0 || word == 2 || word == 9) << word;
  }
}

TEST_F(ObjectMasksTest, WhatIsNoTypeHasNone) {
  ObjectMasks all = masks();
  EXPECT_EQ(all.find(0), nullptr);
  EXPECT_EQ(all.find(kTypes + 4), nullptr);
  EXPECT_EQ(all.find(kTypes + 0x100), nullptr);   // nothing but zeros
  EXPECT_EQ(all.find(kTypes + 0x2000), nullptr);  // the linker wrote nothing there
}

TEST_F(ObjectMasksTest, ATypeWhoseMaskIsMadeOnDemandHasNone) {
  memory.put(kTypes + 20, std::uint8_t{1U << 4U}).put(kBits, std::uint64_t{0});
  EXPECT_EQ(masks(26).find(kTypes), nullptr);
}

TEST_F(ObjectMasksTest, AMaskIsKnownOnceTheRuntimeHasMadeIt) {
  constexpr Address kMade = kTypes + 0x900;
  memory.put(kTypes + 20, std::uint8_t{1U << 4U}).put(kBits, kMade);
  memory.put(kMade, std::uint8_t{0b101});
  EXPECT_EQ(masks(27).find(kTypes), nullptr) << "the last word is a pointer by definition";

  memory.put(kMade + 1, std::uint8_t{2});
  ObjectMasks all = masks(27);
  const ObjectMask* mask = all.find(kTypes);
  ASSERT_NE(mask, nullptr);
  EXPECT_TRUE(is_pointer(*mask, 9));
  EXPECT_FALSE(is_pointer(*mask, 1));
}

TEST_F(ObjectMasksTest, ATypeThatNeedsAProgramForItsMaskHasNone) {
  memory.put(kTypes + 20, std::uint8_t{1U << 4U});
  EXPECT_NE(masks(23).find(kTypes), nullptr);
  memory.put(kTypes + 20, std::uint8_t{0}).put(kTypes + 23, std::uint8_t{1U << 6U});
  EXPECT_EQ(masks(23).find(kTypes), nullptr);
  EXPECT_NE(masks(26).find(kTypes), nullptr);
}

TEST_F(ObjectMasksTest, MoreBytesOfPointersThanOfTheValueMakeNoSense) {
  memory.put(kTypes + 8, std::uint64_t{104});
  EXPECT_EQ(masks().find(kTypes), nullptr);
}

}  // namespace
}  // namespace goknot::target
