// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/source_place.h"

#include <gtest/gtest.h>

namespace goknot::source {
namespace {

TEST(SourcePlace, TheLineStandsBehindTheLastColon) {
  const auto place = parse_source_place("C:/my files/client.go:590");

  ASSERT_TRUE(place.has_value());
  EXPECT_EQ(place->file, "C:/my files/client.go");
  EXPECT_EQ(place->line, 590U);
}

TEST(SourcePlace, AFileNeedNotBeTold) {
  const auto place = parse_source_place(":1");

  ASSERT_TRUE(place.has_value());
  EXPECT_EQ(place->file, "");
  EXPECT_EQ(place->line, 1U);
}

TEST(SourcePlace, WithoutANumberAtTheEndThereIsNone) {
  for (const char* const text : {"", "client.go", "client.go:", "client.go:5x", "client.go:-5",
                                 "client.go:5 ", "client.go:4294967296"}) {
    EXPECT_FALSE(parse_source_place(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace goknot::source
