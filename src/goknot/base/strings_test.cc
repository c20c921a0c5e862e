// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/strings.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace goknot {
namespace {

TEST(Strings, SameTextHasTheSameNumber) {
  Strings strings;

  EXPECT_EQ(strings.add("main.main"), strings.add(std::string("main.main")));
  EXPECT_NE(strings.add("main.main"), strings.add("main.run"));
}

TEST(Strings, ViewsSurviveGrowthAndMove) {
  Strings strings;
  const StringId first = strings.add("main.main");
  for (int i = 0; i < 100000; i++) strings.add(std::to_string(i));

  const Strings moved = std::move(strings);

  EXPECT_EQ(moved[first], "main.main");
  EXPECT_EQ(moved[moved.find("99999")], "99999");
}

TEST(Strings, LongTextIsKeptWhole) {
  Strings strings;
  const std::string longer(1 << 20, 'x');

  EXPECT_EQ(strings[strings.add(longer)], longer);
}

TEST(Strings, UnknownTextHasNoNumber) { EXPECT_FALSE(Strings().find("nobody")); }

TEST(Strings, NoNumberReadsAsEmpty) { EXPECT_EQ(Strings()[StringId()], ""); }

}  // namespace
}  // namespace goknot
