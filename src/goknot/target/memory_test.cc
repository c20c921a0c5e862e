// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/memory.h"

#include "tests/support/fake_memory.h"

#include <gtest/gtest.h>

#include <array>

namespace goknot::target {
namespace {

struct TwoMappings : testing_support::FakeMemory {
  TwoMappings() { map(0x3000, 0x4000).map(0x1000, 0x2000); }
};

TEST(Memory, FindsTheMappingOfAnAddress) {
  const TwoMappings memory;

  ASSERT_NE(memory.region_of(0x1000), nullptr);
  EXPECT_EQ(memory.region_of(0x1fff)->begin, 0x1000U);
  EXPECT_EQ(memory.region_of(0x3000)->begin, 0x3000U);
}

TEST(Memory, HasNoMappingBetweenAndAroundMappings) {
  const TwoMappings memory;

  for (const Address outside : {0x0ULL, 0xfffULL, 0x2000ULL, 0x2fffULL, 0x4000ULL, ~0ULL}) {
    EXPECT_EQ(memory.region_of(outside), nullptr) << outside;
  }
}

TEST(Memory, ReadsAValueWholeOrNotAtAll) {
  TwoMappings memory;
  memory.put(0x1ff8, std::uint64_t{0x1122334455667788});

  EXPECT_EQ(memory.read<std::uint64_t>(0x1ff8), 0x1122334455667788U);
  EXPECT_EQ(memory.read<std::uint32_t>(0x1ffc), 0x11223344U);
  EXPECT_EQ(memory.read<std::uint64_t>(0x1ffc), std::nullopt);
}

TEST(Memory, NotesOfEachPieceWhetherItWasRead) {
  TwoMappings memory;
  memory.lose(0x3800, 0x3900);
  std::array<std::byte, 16> bytes;
  std::array<Piece, 4> pieces{Piece{0x1000, bytes}, Piece{0x37f8, bytes}, Piece{0x3900, bytes},
                              Piece{0x5000, bytes}};

  memory.read_all(pieces);

  EXPECT_TRUE(pieces[0].read);
  EXPECT_FALSE(pieces[1].read);
  EXPECT_TRUE(pieces[2].read);
  EXPECT_FALSE(pieces[3].read);
}

TEST(Memory, LoadsAValueOutOfCopiedBytes) {
  const std::array<std::byte, 6> bytes{std::byte{9},    std::byte{0x78}, std::byte{0x56},
                                       std::byte{0x34}, std::byte{0x12}, std::byte{9}};

  EXPECT_EQ(load<std::uint32_t>(bytes, 1), 0x12345678U);
}

}  // namespace
}  // namespace goknot::target
