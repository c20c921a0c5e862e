// SPDX-License-Identifier: Apache-2.0
#include "goknot/model/arguments.h"

#include <gtest/gtest.h>

namespace goknot {
namespace {

TEST(Arguments, WordsInBracesAreFlattened) {
  const auto words = parse_arguments("0xc000105e00, {0x1, 0x2?}, 0x3");

  ASSERT_EQ(words.size(), 4U);
  EXPECT_EQ(words[0].value, 0xc000105e00U);
  EXPECT_FALSE(words[2].exact);
  EXPECT_TRUE(words[3].exact);
}

TEST(Arguments, EllipsisAndBlankAreUnknownWords) {
  const auto words = parse_arguments("_, ...");

  ASSERT_EQ(words.size(), 2U);
  EXPECT_FALSE(words[0].known);
  EXPECT_FALSE(words[1].known);
}

TEST(Arguments, ReadingStopsAtAnythingElse) {
  EXPECT_EQ(parse_arguments("0x1, <script>").size(), 1U);
}

TEST(Arguments, TooLongANumberIsNoArgument) {
  EXPECT_TRUE(parse_arguments("0x11112222333344445").empty());
}

TEST(Arguments, NoArgumentsNoFirst) {
  EXPECT_FALSE(first_argument("").known);
  EXPECT_TRUE(first_argument("0x1?, 0x2").known);
}

}  // namespace
}  // namespace goknot
