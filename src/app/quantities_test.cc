// SPDX-License-Identifier: Apache-2.0
#include "app/quantities.h"

#include <gtest/gtest.h>

namespace goknot::app {
namespace {

using std::chrono::milliseconds;

TEST(Quantities, TimesAreSecondsUnlessTheySayOtherwise) {
  EXPECT_EQ(parse_duration("timeout", "10").value(), milliseconds(10'000));
  EXPECT_EQ(parse_duration("timeout", "1.5s").value(), milliseconds(1'500));
  EXPECT_EQ(parse_duration("timeout", "500ms").value(), milliseconds(500));
  EXPECT_EQ(parse_duration("timeout", "2 min").value(), milliseconds(120'000));
}

TEST(Quantities, WhatIsNoTimeIsAnError) {
  for (const char* const text : {"", "x", "-1", "0", "1 week", "1e9", "nan", "99h"}) {
    EXPECT_FALSE(parse_duration("timeout", text).has_value()) << text;
  }
}

TEST(Quantities, SizesAreBytesUnlessTheySayOtherwise) {
  EXPECT_EQ(parse_size("max-size", "4096").value(), 4096U);
  EXPECT_EQ(parse_size("max-size", "512K").value(), 512U << 10U);
  EXPECT_EQ(parse_size("max-size", "64MB").value(), 64U << 20U);
  EXPECT_EQ(parse_size("max-size", "4 GiB").value(), std::size_t{4} << 30U);
}

TEST(Quantities, WhatIsNoSizeIsAnError) {
  for (const char* const text :
       {"", "0", "-1", "4T", "M", "99999999999G", "99999999999999999999"}) {
    EXPECT_FALSE(parse_size("max-size", text).has_value()) << text;
  }
}

TEST(Quantities, ErrorsNameTheOptionAndShowNoControlCharacters) {
  const auto count = parse_count("limit", "a\x1b[31m");

  ASSERT_FALSE(count.has_value());
  EXPECT_EQ(count.error().message, "--limit: \"a\\x1b[31m\" is no number");
}

}  // namespace
}  // namespace goknot::app
