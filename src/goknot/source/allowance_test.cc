// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/allowance.h"

#include <gtest/gtest.h>

namespace goknot::source {
namespace {

constexpr UnpackLimits kLimits{.bytes = 1000, .ratio = 10, .ratio_from = 100, .members = 2};

TEST(Allowance, WhatStaysWithinTheLimitsMayBeUnpacked) {
  Allowance allowance(kLimits, 100);

  EXPECT_TRUE(allowance.take(1000, 100, 1000));
  EXPECT_FALSE(allowance.spent());
}

TEST(Allowance, AllLayersTogetherMustNotUnpackToMore) {
  Allowance allowance(kLimits, 1000);
  ASSERT_TRUE(allowance.take(600, 300, 600));

  const auto second = allowance.take(600, 300, 600);

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, Kind::unsupported);
  EXPECT_TRUE(allowance.spent());
}

TEST(Allowance, OneLayerThatGrowsTooMuchIsAnAttack) {
  Allowance allowance(kLimits, 1000);

  EXPECT_FALSE(allowance.take(200, 10, 200));
}

TEST(Allowance, LayersThatTogetherGrowTooMuchAreOne) {
  Allowance allowance(kLimits, 10);

  EXPECT_FALSE(allowance.take(200, 100, 200));
}

TEST(Allowance, LittleTextMayBePackedVeryWell) {
  Allowance allowance(kLimits, 1);

  EXPECT_TRUE(allowance.take(100, 1, 100));
}

TEST(Allowance, MembersAreCounted) {
  Allowance allowance(kLimits, 100);

  EXPECT_TRUE(allowance.take_member());
  EXPECT_TRUE(allowance.take_member());
  EXPECT_FALSE(allowance.take_member());
  EXPECT_TRUE(allowance.spent());
}

}  // namespace
}  // namespace goknot::source
