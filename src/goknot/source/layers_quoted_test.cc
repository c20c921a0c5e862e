// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/layers_survey.h"
#include "tests/support/peeled.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::source {
namespace {

using testing_support::peeled;

TEST(LayersLogfmt, TheMemberOfTheHeaderIsReadInEveryLine) {
  EXPECT_EQ(peeled(peel_logfmt,
                   "level=error msg=\"goroutine 1 [running]:\"\n"
                   "level=error msg=\"main.f(0x1, \\\"a\\\")\" n=1\n"
                   "level=error msg=short n=2\n"),
            "goroutine 1 [running]:\nmain.f(0x1, \"a\")\nshort\n");
}

TEST(LayersLogfmt, LinesWithoutTheMemberStay) {
  EXPECT_EQ(peeled(peel_logfmt, "msg=\"goroutine 1 [running]:\"\nplain msg\nxmsg=1\n"),
            "goroutine 1 [running]:\nplain msg\nxmsg=1\n");
}

TEST(LayersLogfmt, AValueWithoutItsEndGoesToTheEndOfTheLine) {
  EXPECT_EQ(peeled(peel_logfmt, "msg=\"goroutine 1 [running]:\"\nmsg=\"main.f(\nmsg=\"x\"\n"),
            "goroutine 1 [running]:\nmain.f(\nx\n");
}

TEST(LayersLogfmt, AWholeDumpInOneValueIsNotReadLineByLine) {
  EXPECT_EQ(peeled(peel_logfmt, R"(msg="goroutine 1 [running]:\nmain.f(0x1)\n")"), "as it is");
  EXPECT_EQ(peeled(peel_logfmt, "msg \"goroutine 1 [running]:\"\n"), "as it is");
}

TEST(LayersQuoted, TheTextAroundTheStringStays) {
  EXPECT_EQ(peeled(peel_quoted, R"(a "b" stack="goroutine 1 [running]:\nmain.f(0x1)\n" c)"),
            "a \"b\" stack=\"\ngoroutine 1 [running]:\nmain.f(0x1)\n\" c");
}

TEST(LayersQuoted, SeveralStringsOfALineAreRead) {
  EXPECT_EQ(
      peeled(peel_quoted, R"j("goroutine 1 [running]:\nmain.f(0x1)\n", "goroutine 2 [sleep]:\n")j"),
      "\"\ngoroutine 1 [running]:\nmain.f(0x1)\n\", \"\ngoroutine 2 [sleep]:\n\"");
}

TEST(LayersQuoted, AHeaderThatEndsItsLineIsInNoString) {
  EXPECT_EQ(peeled(peel_quoted, "\"goroutine 1 [running]:\nmain.f(0x1)\"\n"), "as it is");
  EXPECT_EQ(peeled(peel_quoted, ""), "as it is");
}

TEST(LayersQuoted, AStringWithoutItsEndIsReadAndIsAGap) {
  const auto cut = peel_quoted(survey(R"(stack="goroutine 1 [running]:\nmain.f(0x1)\n)"));

  ASSERT_TRUE(cut.has_value());
  EXPECT_EQ(cut->text, "stack=\"\ngoroutine 1 [running]:\nmain.f(0x1)\n");
  ASSERT_EQ(cut->gaps.size(), 1U);
  EXPECT_EQ(cut->gaps[0].what, "it has no end");
}

TEST(LayersQuoted, AStringEndsWithItsLine) {
  const auto found =
      peel_quoted(survey("\"goroutine 1 [running]:\\nmain.f(0x1)\nand \"more\" words\n"));

  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->text, "\"\ngoroutine 1 [running]:\nmain.f(0x1)\n\nand \"more\" words\n");
}

TEST(LayersFolded, FeedsAndTabsOfRsyslogAreUndone) {
  EXPECT_EQ(peeled(peel_folded, "goroutine 1 [running]:#012main.f(0x1)#012#011/x.go:1 +0x1"),
            "goroutine 1 [running]:\nmain.f(0x1)\n\t/x.go:1 +0x1");
}

TEST(LayersFolded, OtherSignsStay) {
  EXPECT_EQ(peeled(peel_folded, "goroutine 1 [running]:#012#013 #01 #0122 #01"),
            "goroutine 1 [running]:\n#013 #01 \n2 #01");
}

TEST(LayersFolded, OnlyAFeedBehindAHeaderShowsIt) {
  EXPECT_EQ(peeled(peel_folded, "goroutine 1 [running]:\nissue #012\n"), "as it is");
}

}  // namespace
}  // namespace goknot::source
