// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/growth.h"

#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::sketch;
using testing_support::Stage;

std::string look(int first, int last) {
  return sketch("1 [running]\n main.main() main.go:12\n" + std::to_string(first) + "-" +
                std::to_string(last) + " [select]\n main.work() work.go:8\n by main.main in 1");
}

TEST(Growth, CountsFromTheFirstLook) {
  const Stage stage({look(10, 12), look(10, 15), look(10, 20)});

  const Growth growth = find_growth(stage.scene(), stage.group(10));

  EXPECT_EQ(growth.at_first, 3U);
  EXPECT_EQ(growth.looks, 3U);
  EXPECT_TRUE(growth.never_shrank);
  EXPECT_TRUE(growth.none_left);
}

TEST(Growth, SeesThatAGroupShrank) {
  const Stage stage({look(10, 12), look(10, 25), look(10, 20)});

  EXPECT_FALSE(find_growth(stage.scene(), stage.group(10)).never_shrank);
}

TEST(Growth, SeesThatSomebodyLeft) {
  const Stage stage({look(10, 12), look(12, 20)});

  const Growth growth = find_growth(stage.scene(), stage.group(12));

  EXPECT_TRUE(growth.never_shrank);
  EXPECT_FALSE(growth.none_left);
}

TEST(Growth, TenMoreAndTwiceAsManyIsGrown) {
  const Stage grown({look(10, 19), look(10, 29)});
  const Stage nine_more({look(10, 10), look(10, 19)});
  const Stage less_than_twice({look(10, 29), look(10, 40)});
  const Stage one_look(look(10, 60));

  EXPECT_TRUE(has_grown(grown.scene(), grown.group(10)));
  EXPECT_FALSE(has_grown(nine_more.scene(), nine_more.group(10)));
  EXPECT_FALSE(has_grown(less_than_twice.scene(), less_than_twice.group(10)));
  EXPECT_FALSE(has_grown(one_look.scene(), one_look.group(10)));
}

TEST(Growth, OneLookShowsNone) {
  const Stage stage(look(10, 12));

  const Growth growth = find_growth(stage.scene(), stage.group(10));

  EXPECT_EQ(growth.looks, 1U);
  EXPECT_EQ(growth.at_first, 0U);
}

}  // namespace
}  // namespace goknot::analysis
