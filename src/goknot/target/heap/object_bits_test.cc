// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/object_bits.h"

#include <gtest/gtest.h>

#include <thread>

namespace goknot::target {
namespace {

TEST(ObjectBits, AreSetOnce) {
  ObjectBits bits(100);
  EXPECT_TRUE(bits.add(70));
  EXPECT_FALSE(bits.add(70));
  EXPECT_TRUE(bits.has(70));
  EXPECT_FALSE(bits.has(71));
}

TEST(ObjectBits, AreTakenSixtyFourAtOnce) {
  ObjectBits bits(200);
  bits.add(64);
  bits.add(127);
  bits.add(128);
  EXPECT_TRUE(bits.has_any(64));
  EXPECT_EQ(bits.count(), 3U);
  EXPECT_EQ(bits.take(64), (std::uint64_t{1} << 63U) + 1);
  EXPECT_FALSE(bits.has_any(64));
  EXPECT_TRUE(bits.has(128));
}

TEST(ObjectBits, TwoThreadsSetEachOnceTogether) {
  constexpr std::uint64_t kObjects = 100'000;
  ObjectBits bits(kObjects);
  const auto add_all = [&bits](std::uint64_t& count) {
    for (std::uint64_t i = 0; i < kObjects; ++i) count += bits.add(i) ? 1U : 0U;
  };
  std::uint64_t here = 0;
  std::uint64_t there = 0;
  {
    const std::jthread other([&] { add_all(there); });
    add_all(here);
  }
  EXPECT_EQ(here + there, kObjects);
}

}  // namespace
}  // namespace goknot::target
