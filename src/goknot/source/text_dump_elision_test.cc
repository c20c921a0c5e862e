// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/text_dump_elision.h"

#include <gtest/gtest.h>

namespace goknot::source {
namespace {

TEST(Elision, TheRuntimeSaysHowManyFramesSince121) {
  const auto elision = parse_elision("...23 frames elided...");

  ASSERT_TRUE(elision.has_value());
  EXPECT_TRUE(elision->by_runtime);
  EXPECT_EQ(elision->frames, 23U);
}

TEST(Elision, BeforeThatItDidNotSay) {
  const auto elision = parse_elision("...additional frames elided...");

  ASSERT_TRUE(elision.has_value());
  EXPECT_TRUE(elision->by_runtime);
  EXPECT_EQ(elision->frames, 0U);
}

TEST(Elision, PeopleWriteWhatTheyLike) {
  for (const std::string_view line :
       {"...", "\u2026", "[snip]", "<SNIP>", "(stacks elided for clarity)", "[truncated]",
        "... 20 more goroutines omitted ..."}) {
    const auto elision = parse_elision(line);
    ASSERT_TRUE(elision.has_value()) << line;
    EXPECT_FALSE(elision->by_runtime);
  }
}

TEST(Elision, FramesAndLogLinesAreNone) {
  EXPECT_FALSE(parse_elision("main.snip(0x1)").has_value());
  EXPECT_FALSE(parse_elision("the log was truncated").has_value());
  EXPECT_FALSE(parse_elision("--- FAIL: TestTruncated (0.01s)").has_value());
  EXPECT_FALSE(parse_elision("[INFO] skipped 12 blocks").has_value());
  EXPECT_FALSE(parse_elision("").has_value());
}

}  // namespace
}  // namespace goknot::source
