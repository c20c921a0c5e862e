// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/layers_survey.h"
#include "tests/support/peeled.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::source {
namespace {

using testing_support::peeled;

constexpr std::string_view kDump = "goroutine 1 [running]:\nmain.f(0x1)\n\t/x.go:1 +0x1\n";

TEST(LayersMarkdown, FencesGoAndTheirContentStays) {
  EXPECT_EQ(peeled(peel_markdown, "see\n```go\n" + std::string(kDump) + "```\nthere\n"),
            "see\n" + std::string(kDump) + "there\n");
  EXPECT_EQ(peeled(peel_markdown, "  ~~~\n" + std::string(kDump) + "~~~"), kDump);
  EXPECT_EQ(peeled(peel_markdown, kDump), "as it is");
}

TEST(LayersMarkdown, CodeInsideALineIsNoFence) {
  EXPECT_EQ(peeled(peel_markdown, "```x``` is\n" + std::string(kDump)), "as it is");
}

TEST(LayersMarkdown, BackslashesBeforePunctuationGoButForPathsOfWindows) {
  EXPECT_EQ(peeled(peel_markdown,
                   "goroutine 1 \\[running\\]:\nmain.(\\*T).a\\_b(0x1)\n"
                   "\tC:\\_x\\y.go:1 +0x1\nlast \\"),
            "goroutine 1 [running]:\nmain.(*T).a_b(0x1)\n\tC:\\_x\\y.go:1 +0x1\nlast \\\n");
}

TEST(LayersDoubled, TheEmptyLineBehindEachLineGoes) {
  EXPECT_EQ(peeled(peel_doubled,
                   "a\n\ngoroutine 1 [running]:\n\nmain.f(0x1)\n\n\t/x.go:1 +0x1\n\n"
                   "\n\ngoroutine 2 [running]:\n\n"),
            "a\n" + std::string(kDump) + "\ngoroutine 2 [running]:\n");
}

TEST(LayersDoubled, AnEmptyLineBetweenTwoStacksIsNoSign) {
  EXPECT_EQ(peeled(peel_doubled, std::string(kDump) + "\n" + std::string(kDump)), "as it is");
  EXPECT_EQ(peeled(peel_doubled, "goroutine 1 [running]:\n\nmain.f(0x1)\n"), "as it is");
}

TEST(LayersIndent, FilesGetTheirTabBackAndTheRestTheMargin) {
  for (const std::string_view file : {"    /x.go:1 +0x1", "/x.go:1 +0x1", "\t\t/x.go:1 +0x1",
                                      "#011/x.go:1 +0x1", "\xc2\xa0/x.go:1 +0x1"}) {
    EXPECT_EQ(peeled(peel_indent, "goroutine 1 [running]:\nmain.f(0x1)\n" + std::string(file)),
              kDump);
  }
  EXPECT_EQ(peeled(peel_indent, "  goroutine 1 [running]:\n  main.f(0x1)\n  \t/x.go:1 +0x1\n"),
            kDump);
  EXPECT_EQ(peeled(peel_indent, kDump), "as it is");
}

TEST(LayersIndent, AFileWithoutItsOffsetIsOneBelowACallOnly) {
  EXPECT_EQ(peeled(peel_indent, "goroutine 1 [running]:\nmain.f(...)\n  /x.go:1\nx.go:2\n"),
            "goroutine 1 [running]:\nmain.f(...)\n\t/x.go:1\nx.go:2\n");
}

TEST(LayersIndent, OtherLinesLoseOnlyTheIndentationOfTheDump) {
  EXPECT_EQ(peeled(peel_indent, "  goroutine 1 [running]:\n  main.f(0x1)\n    more words\nout\n"),
            "goroutine 1 [running]:\nmain.f(0x1)\n  more words\nout\n");
}

TEST(LayersIndent, ACallBrokenBehindACommaIsOneLine) {
  EXPECT_EQ(peeled(peel_indent, "goroutine 1 [running]:\nmain.f(0x1,\n0x2)\n/x.go:1 +0x1\n"),
            "goroutine 1 [running]:\nmain.f(0x1,0x2)\n\t/x.go:1 +0x1\n");
  EXPECT_EQ(peeled(peel_indent, "goroutine 1 [running]:\nwell,\nmain.f(0x1)\n/x.go:1 +0x1\n"),
            "goroutine 1 [running]:\nwell,\nmain.f(0x1)\n\t/x.go:1 +0x1\n");
}

TEST(LayersReversed, TheNewestLineFirstIsTurnedRound) {
  EXPECT_EQ(peeled(peel_reversed, "\t/x.go:1 +0x1\nmain.f(0x1)\ngoroutine 1 [running]:\n"), kDump);
  EXPECT_EQ(peeled(peel_reversed, "\t/x.go:1 +0x1\nmain.f(0x1)\ngoroutine 1 [running]:"), kDump);
}

TEST(LayersReversed, ADumpBehindAnotherIsNotReversed) {
  EXPECT_EQ(peeled(peel_reversed, std::string(kDump) + std::string(kDump)), "as it is");
  EXPECT_EQ(peeled(peel_reversed, "\t/x.go:1 +0x1\nmain.f(0x1)\n" + std::string(kDump)),
            "as it is");
  EXPECT_EQ(peeled(peel_reversed, "goroutine 1 [running]:\n"), "as it is");
  EXPECT_EQ(peeled(peel_reversed, ""), "as it is");
}

}  // namespace
}  // namespace goknot::source
