// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/recipe_value.h"

#include "tests/support/written_code.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::WrittenCode;

constexpr Address kObject = 0xc000100000;

TEST(RecipeValue, StepsLeadThroughMemory) {
  WrittenCode code;
  code.memory().map(kObject, kObject + 0x1000);
  code.memory().put(kObject + 8, kObject + 0x40);
  const Recipe recipe{Recipe::Start::number,
                      static_cast<std::int64_t>(kObject),
                      {{.add = 8, .follow = true}, {.add = 16}}};

  EXPECT_EQ(find_value(code.code(), {}, {}, recipe), kObject + 0x50);
}

// s.all[i].mu, of 24 bytes each
TEST(RecipeValue, AnElementIsFoundByItsIndex) {
  WrittenCode code;
  code.memory().map(kObject, kObject + 0x1000);
  code.memory().put(kObject, 3);
  const Recipe index{Recipe::Start::number,
                     static_cast<std::int64_t>(kObject),
                     {{.add = 0, .follow = true}, {.add = 0}}};
  const Recipe lost{Recipe::Start::number, 8, {{.add = 0, .follow = true}, {.add = 0}}};
  const auto element = [&](const Recipe& by) {
    const Recipe recipe{Recipe::Start::number,
                        static_cast<std::int64_t>(kObject + 0x100),
                        {{.add = 8, .scale = 24, .index = {by}}}};
    return find_value(code.code(), {}, {}, recipe);
  };

  EXPECT_EQ(element(index), kObject + 0x100 + 8 + 3 * 24);
  EXPECT_EQ(element(lost), std::nullopt);
}

TEST(RecipeValue, WhatCannotBeReadIsNotFound) {
  WrittenCode code;
  const Recipe word{Recipe::Start::word, -16, {{.add = 0}}};
  const Recipe lost{Recipe::Start::number, 8, {{.add = 0, .follow = true}, {.add = 0}}};

  EXPECT_EQ(find_value(code.code(), {}, {}, word), std::nullopt);
  EXPECT_EQ(find_value(code.code(), {}, {}, lost), std::nullopt);
}

}  // namespace
}  // namespace goknot::target
