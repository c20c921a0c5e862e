// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/structures.h"

#include "tests/support/fake_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace goknot::target {
namespace {

using testing_support::FakeMemory;

constexpr Address kBase = 0x10000;

// Memory that counts the pieces it is asked for.
class CountingMemory final : public FakeMemory {
 public:
  void read_all(std::span<Piece> pieces) const override {
    asked += pieces.size();
    FakeMemory::read_all(pieces);
  }
  mutable std::size_t asked = 0;
};

// Words that are their own addresses.
void fill(FakeMemory& memory, Address begin, Address end) {
  memory.map(begin, end);
  for (Address at = begin; at < end; at += 8) memory.put(at, at);
}

TEST(Structures, AreCopiedInTheOrderOfTheirAddresses) {
  CountingMemory memory;
  fill(memory, kBase, kBase + 0x10000);
  Structures structures;

  structures.read(memory, std::vector<Address>{kBase, kBase + 96, kBase + 0x8000}, 16);

  EXPECT_EQ(load<Address>(structures[0], 8), kBase + 8);
  EXPECT_EQ(load<Address>(structures[1], 8), kBase + 104);
  EXPECT_EQ(load<Address>(structures[2], 8), kBase + 0x8008);
  EXPECT_EQ(memory.asked, 2U) << "neighbours are read in one piece";
}

TEST(Structures, MayHaveDifferentSizesAndOverlap) {
  CountingMemory memory;
  fill(memory, kBase, kBase + 0x1000);
  Structures structures;

  structures.read(memory, std::vector<Extent>{{kBase, 96}, {kBase + 8, 8}, {kBase + 16, 128}});

  EXPECT_EQ(structures[0].size(), 96U);
  EXPECT_EQ(load<Address>(structures[1], 0), kBase + 8);
  EXPECT_EQ(load<Address>(structures[2], 120), kBase + 136);
  EXPECT_EQ(structures.size(), 144U);
}

TEST(Structures, AHoleBetweenThemIsNotTheirs) {
  CountingMemory memory;
  fill(memory, kBase, kBase + 0x1000);
  memory.lose(kBase + 0x100, kBase + 0x200);
  Structures structures;

  structures.read(memory, std::vector<Address>{kBase + 0xf0, kBase + 0x180, kBase + 0x200}, 16);

  EXPECT_TRUE(structures.has(0));
  EXPECT_FALSE(structures.has(1));
  EXPECT_TRUE(structures.has(2));
  EXPECT_EQ(load<Address>(structures[2], 0), kBase + 0x200);
}

TEST(Structures, AroundTheLastAddressAreNotThere) {
  CountingMemory memory;
  fill(memory, kBase, kBase + 0x1000);
  Structures structures;

  structures.read(memory, std::vector<Extent>{{kBase, 16},
                                              {std::numeric_limits<Address>::max() - 7, 64},
                                              {std::numeric_limits<Address>::max(), 64}});

  EXPECT_TRUE(structures.has(0));
  EXPECT_FALSE(structures.has(1));
  EXPECT_FALSE(structures.has(2));
}

TEST(Structures, AreUsedAgain) {
  CountingMemory memory;
  fill(memory, kBase, kBase + 0x1000);
  Structures structures;
  structures.read(memory, std::vector<Address>{kBase, kBase + 64, kBase + 128}, 32);

  structures.read(memory, std::vector<Address>{kBase + 8}, 8);

  EXPECT_EQ(structures.size(), 8U);
  EXPECT_EQ(load<Address>(structures[0], 0), kBase + 8);
}

}  // namespace
}  // namespace goknot::target
