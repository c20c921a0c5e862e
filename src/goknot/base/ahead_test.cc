// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/ahead.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace goknot {
namespace {

constexpr std::size_t kMany = 1000;

TEST(WorkAhead, DoesBothThingsWithEachNumberInOrder) {
  std::array<std::size_t, 2> slots{};
  std::vector<std::size_t> seen;

  work_ahead(
      kMany, slots.size(), [&](std::size_t i) { slots[i % slots.size()] = i; },
      [&](std::size_t i) { seen.push_back(slots[i % slots.size()]); });

  std::vector<std::size_t> all(kMany);
  std::iota(all.begin(), all.end(), std::size_t{0});
  EXPECT_EQ(seen, all);
}

TEST(WorkAhead, IsAheadByAsManyAsAreAllowed) {
  std::atomic<std::size_t> done = 0, most = 0;

  work_ahead(
      kMany, 3, [&](std::size_t i) { most = std::max(most.load(), i - done.load()); },
      [&](std::size_t) { ++done; });

  EXPECT_LT(most, 3U);
}

TEST(WorkAhead, UsesAnotherThreadForTheFirst) {
  std::thread::id first, second;

  work_ahead(
      1, 1, [&](std::size_t) { first = std::this_thread::get_id(); },
      [&](std::size_t) { second = std::this_thread::get_id(); });

  EXPECT_NE(first, second);
  EXPECT_EQ(second, std::this_thread::get_id());
}

TEST(WorkAhead, EndsWhenTheSecondFails) {
  const auto fail = [](std::size_t i) {
    if (i == 5) throw std::runtime_error("enough");
  };

  EXPECT_THROW(work_ahead(kMany, 2, [](std::size_t) {}, fail), std::runtime_error);
}

TEST(WorkAhead, OfNothingIsNothing) {
  const auto never = [](std::size_t) { FAIL(); };

  work_ahead(0, 1, never, never);
}

}  // namespace
}  // namespace goknot
