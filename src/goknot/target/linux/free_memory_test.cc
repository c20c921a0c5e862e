// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/free_memory.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

TEST(FreeMemory, IsWhatTheKernelSays) {
  EXPECT_GT(free_memory(), 1U << 20U);
  EXPECT_LT(free_memory(), std::uint64_t{1} << 50U);
}

TEST(FreeMemory, IsGuessedWhereNothingTells) {
  EXPECT_EQ(free_memory({.proc = "/nowhere", .cgroups = "/nowhere"}), std::uint64_t{4} << 30U);
}

}  // namespace
}  // namespace goknot::target
