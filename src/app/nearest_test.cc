// SPDX-License-Identifier: Apache-2.0
#include "app/nearest.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::app {
namespace {

constexpr std::string_view kNames[] = {"diagnose", "list", "groups", "graph"};

TEST(Nearest, FindsWhatWasMeant) {
  EXPECT_EQ(nearest("gruops", kNames), "groups");
  EXPECT_EQ(nearest("lis", kNames), "list");
  EXPECT_EQ(nearest("diagnoze", kNames), "diagnose");
}

TEST(Nearest, FindsNothingForAnotherWord) {
  EXPECT_EQ(nearest("server", kNames), "");
  EXPECT_EQ(nearest("", kNames), "");
  EXPECT_EQ(nearest(std::string(100'000, 'x'), kNames), "");
}

TEST(Nearest, AsksOnlyWhenItFoundSomething) {
  EXPECT_EQ(did_you_mean("lst", kNames), "did you mean list?");
  EXPECT_EQ(did_you_mean("server", kNames), "");
}

}  // namespace
}  // namespace goknot::app
