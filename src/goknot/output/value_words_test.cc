// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/value_words.h"

#include <gtest/gtest.h>

namespace goknot::output {
namespace {

TEST(ValueWords, ANumberMayBeAnIdAndHasNoSeparators) {
  EXPECT_EQ(value_words(std::int64_t{1234567}), "1234567");
}

TEST(ValueWords, EachKindOfValueIsSaidAsPeopleSayIt) {
  EXPECT_EQ(value_words(Value{}), "");
  EXPECT_EQ(value_words(true), "yes");
  EXPECT_EQ(value_words(Minutes{184}), "3 h 4 min");
  EXPECT_EQ(value_words(Place{.function = "main.f", .file = "/src/main.go", .line = 7}),
            "main.f main.go:7");
}

TEST(ValueWords, OnlyQuantitiesStandAtTheRight) {
  EXPECT_EQ(side_of(std::int64_t{1}), Side::right);
  EXPECT_EQ(side_of(Bytes{1}), Side::right);
  EXPECT_EQ(side_of(std::string("1")), Side::left);
  EXPECT_EQ(side_of(Place{}), Side::left);
}

}  // namespace
}  // namespace goknot::output
