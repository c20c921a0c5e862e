// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/object_masks.h"

#include "tests/support/fake_memory.h"

#include <gtest/gtest.h>

#include <tuple>

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

// type p struct { id int64; local [3]struct { n int64; next *p }; back *p; more [9]int64 }
// Too large for a mask of its own, as far as its flags say; what it is made of has one.
TEST_F(ObjectMasksTest, WhatTheRuntimeHasNotMadeYetIsMadeOfTheFields) {
  constexpr auto kOnDemand = std::uint8_t{1U << 4U};
  constexpr Address kArray = kTypes + 0x200, kElement = kTypes + 0x300, kWordType = kTypes + 0x400;
  constexpr Address kPointer = kTypes + 0x500, kFields = kTypes + 0x600, kOne = kTypes + 0x900;
  constexpr Address kNumbers = kTypes + 0xa00;
  const auto type = [&](Address at, std::uint64_t size, std::uint64_t pointers, std::uint8_t kind) {
    memory.put(at, size).put(at + 8, pointers).put(at + 23, kind).put(at + 32, kBits);
  };
  memory.put(kBits, std::uint64_t{0}).put(kOne, std::uint64_t{0b10});
  type(kTypes, 136, 64, 25);
  type(kArray, 48, 48, 17);
  type(kElement, 16, 16, 25);
  type(kWordType, 8, 0, 2);
  type(kNumbers, 72, 0, 17);
  type(kPointer, 8, 8, 22);
  memory.put(kTypes + 20, kOnDemand).put(kArray + 20, kOnDemand);
  memory.put(kElement + 32, kOne).put(kPointer + 32, kOne + 8).put(kOne + 8, std::uint64_t{1});
  memory.put(kArray + 48, kElement);
  memory.put(kTypes + 56, kFields).put(kTypes + 64, std::uint64_t{4});
  for (const auto& [i, its, offset] : {std::tuple<Address, Address, std::uint64_t>{0, kWordType, 0},
                                       {1, kArray, 8},
                                       {2, kPointer, 56},
                                       {3, kNumbers, 64}}) {
    memory.put(kFields + i * 24 + 8, its).put(kFields + i * 24 + 16, offset);
  }

  ObjectMasks all = masks(27);
  const ObjectMask* mask = all.find(kTypes);
  ASSERT_NE(mask, nullptr);
  ASSERT_EQ(mask->pointer_words, 8U);
  for (std::uint64_t word = 0; word < 8; ++word) {
    EXPECT_EQ(is_pointer(*mask, word), word == 2 || word == 4 || word == 6 || word == 7) << word;
  }

  memory.put(kTypes + 64, std::uint64_t{1} << 40U);  // fields
  EXPECT_EQ(masks(27).find(kTypes), nullptr);
  memory.put(kTypes + 64, std::uint64_t{4}).put(kArray + 48, kTypes);  // a type inside itself
  EXPECT_EQ(masks(27).find(kTypes), nullptr);
}

TEST_F(ObjectMasksTest, AMaskOnDemandOfSomethingWithoutPartsIsUnknown) {
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
