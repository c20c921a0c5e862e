// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot {
namespace {

using testing::ElementsAre;

TEST(Text, EscapeCodesBecomeVisible) {
  EXPECT_EQ(visible("a\x1b[31mred\x07\n"), "a\\x1b[31mred\\x07\\n");
}

TEST(Text, DirectionMarksAndInvisibleCharactersBecomeVisible) {
  EXPECT_EQ(visible("a\u202eb\u200bc"), "a\\u202eb\\u200bc");
  EXPECT_EQ(visible("\U000e0041"), "\\U000e0041");
  EXPECT_EQ(visible("\u2028\u0085"), "\\u2028\\x85");
}

TEST(Text, InvalidBytesBecomeVisible) { EXPECT_EQ(visible("\xff\xc0\x80"), "\\xff\\xc0\\x80"); }

TEST(Text, LettersOfAllLanguagesStay) { EXPECT_EQ(visible("größe 世界 λ"), "größe 世界 λ"); }

TEST(Text, AsciiHasPlainCounterpartsForOurMarks) {
  EXPECT_EQ(visible("50 × a · b …", Charset::ascii), "50 x a | b ...");
  EXPECT_EQ(visible("世", Charset::ascii), "\\u4e16");
}

TEST(Text, WideCharactersTakeTwoColumnsAndCombiningOnesNone) {
  EXPECT_EQ(width_of("ab"), 2U);
  EXPECT_EQ(width_of("世界"), 4U);
  EXPECT_EQ(width_of("e\u0301"), 1U);
}

TEST(Text, ShorteningKeepsWhatIsAskedFor) {
  EXPECT_EQ(shortened("abcdefghij", 5), "abcd…");
  EXPECT_EQ(shortened("abcdefghij", 5, Cut::front), "…ghij");
  EXPECT_EQ(shortened("abcdefghij", 5, Cut::middle), "ab…ij");
  EXPECT_EQ(shortened("abcdefghij", 6, Cut::end, Charset::ascii), "abc...");
  EXPECT_EQ(shortened("abcdefghij", 10), "abcdefghij");
}

TEST(Text, ShorteningNeverExceedsTheWidth) {
  for (std::size_t width = 0; width < 12; width++) {
    EXPECT_LE(width_of(shortened("世界abc世界x", width, Cut::middle)), width) << width;
    EXPECT_LE(width_of(shortened("世界abc世界x", width, Cut::front)), width) << width;
  }
}

TEST(Text, PaddingCountsColumnsNotBytes) {
  EXPECT_EQ(padded("世", 4), "世  ");
  EXPECT_EQ(right_aligned("ab", 4), "  ab");
  EXPECT_EQ(padded("abcdef", 4), "abcdef");
}

TEST(Text, LinesBreakAtBlanks) {
  EXPECT_THAT(wrapped("one two three four", 9), ElementsAre("one two", "three", "four"));
}

TEST(Text, AWordWithoutBlanksIsBrokenAnyway) {
  EXPECT_THAT(wrapped("abcdefghijklmnop", 8), ElementsAre("abcdefgh", "ijklmnop"));
  EXPECT_THAT(wrapped("", 8), ElementsAre(""));
}

TEST(Text, ABreakLosesOnlyBlanks) {
  const std::string text = "the quick  brown fox jumps over a world of 世界世界世界世界 and on";

  std::string joined;
  for (const auto& line : wrapped(text, 10)) joined += line;

  std::string want = text;
  std::erase(want, ' ');
  std::erase(joined, ' ');
  EXPECT_EQ(joined, want);
}

TEST(Text, LinesAreNeverWiderThanAskedForNorEmptyInBetween) {
  const std::string text = "a 世界 bb  ccc     dddddddddddddddddddd e\u0301e\u0301e\u0301e\u0301 f";
  for (std::size_t width = 8; width < 30; width++) {
    const auto lines = wrapped(text, width);
    for (const auto& line : lines) {
      EXPECT_LE(width_of(line), width) << line;
      EXPECT_FALSE(line.empty()) << width;
    }
  }
}

TEST(Text, LinesNarrowerThanAnybodyCouldReadAreNotMade) {
  EXPECT_THAT(wrapped("abcdefghij", 0), ElementsAre("abcdefgh", "ij"));
}

TEST(Text, WhatIsVisibleStaysAsItIsTheSecondTime) {
  for (const std::string_view text : {"a\x1b", "\u202e", "\xff", "größe", "…", "tab\t"}) {
    for (const Charset charset : {Charset::unicode, Charset::ascii}) {
      const std::string once = visible(text, charset);
      EXPECT_EQ(visible(once, charset), once);
    }
  }
}

TEST(Text, ShorteningToNothingIsNothing) {
  EXPECT_EQ(shortened("abc", 0), "");
  EXPECT_EQ(shortened("", 5), "");
  EXPECT_EQ(shortened("abc", 1), "a") << "no room for the mark";
  EXPECT_LE(shortened("abcdef", 2, Cut::end, Charset::ascii).size(), 2U);
}

}  // namespace
}  // namespace goknot
