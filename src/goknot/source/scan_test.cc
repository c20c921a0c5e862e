// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/scan.h"

#include <gtest/gtest.h>

namespace goknot::source {
namespace {

TEST(LineReader, LinesEndWithNewlineWithOrWithoutReturn) {
  LineReader lines("a\r\nb\n\nc");

  EXPECT_EQ(lines.next(), "a");
  EXPECT_EQ(lines.next(), "b");
  EXPECT_EQ(lines.next(), "");
  EXPECT_EQ(lines.next(), "c");
  EXPECT_EQ(lines.number(), 4u);
  EXPECT_EQ(lines.next(), std::nullopt);
}

TEST(Scan, ALineIsTakenApartFromTheLeft) {
  Scan scan("25 @ 0x1f  word rest");

  EXPECT_EQ(scan.number(), 25u);
  EXPECT_TRUE(scan.space().take("@"));
  EXPECT_EQ(scan.space().hex(), 0x1fu);
  EXPECT_EQ(scan.space().word(), "word");
  EXPECT_EQ(scan.space().rest(), "rest");
}

TEST(Scan, NumbersThatAreNoneOrTooLargeTakeNothing) {
  EXPECT_EQ(Scan("").number(), std::nullopt);
  EXPECT_EQ(Scan("-1").number(), std::nullopt);
  EXPECT_EQ(Scan("99999999999999999999").number(), std::nullopt);
  EXPECT_EQ(Scan("0x").hex(), std::nullopt);
  EXPECT_EQ(Scan("0xg").hex(), std::nullopt);
  EXPECT_EQ(Scan("12").hex(), std::nullopt);
}

TEST(Scan, QuotedTextLosesQuotesAndEscapes) {
  EXPECT_EQ(Scan(R"("a\"b\\c\n\x41\u00e9\U0001f600")").quoted(), "a\"b\\c\nA\u00e9\U0001f600");
}

TEST(Scan, EscapesThatAreNoneStayAsTheyAre) {
  EXPECT_EQ(Scan(R"("\q\xZZ\u12")").quoted(), R"(\q\xZZ\u12)");
}

TEST(Scan, QuotedTextWithoutAnEndIsNone) {
  EXPECT_EQ(Scan(R"("open)").quoted(), std::nullopt);
  EXPECT_EQ(Scan(R"("open\)").quoted(), std::nullopt);
  EXPECT_EQ(Scan("bare").quoted(), std::nullopt);
}

TEST(Trimmed, OnlyBlanksAreNothing) {
  EXPECT_EQ(trimmed(" \t\r\n"), "");
  EXPECT_EQ(trimmed("\t a b \r"), "a b");
}

TEST(LineReader, NothingHasNoLines) {
  EXPECT_EQ(LineReader("").next(), std::nullopt);

  LineReader feed("\n");
  EXPECT_EQ(feed.next(), "");
  EXPECT_EQ(feed.next(), std::nullopt);
  EXPECT_EQ(feed.number(), 1u);
}

TEST(LineReader, AReturnInsideALineStays) { EXPECT_EQ(LineReader("a\rb\n").next(), "a\rb"); }

TEST(Scan, TheLargestNumbersAreRead) {
  EXPECT_EQ(Scan("18446744073709551615").number(), ~std::uint64_t{0});
  EXPECT_EQ(Scan("0xffffffffffffffff").hex(), ~std::uint64_t{0});
  EXPECT_EQ(Scan("0x10000000000000000").hex(), std::nullopt);
}

TEST(Scan, WhatIsNotThereIsNotSkipped) {
  Scan scan("12ab");
  EXPECT_EQ(scan.hex(), std::nullopt);
  EXPECT_FALSE(scan.take("3"));
  EXPECT_EQ(scan.quoted(), std::nullopt);
  EXPECT_EQ(scan.rest(), "12ab");
  EXPECT_EQ(scan.number(), 12u);
  EXPECT_EQ(scan.word(), "ab");
  EXPECT_TRUE(scan.done());
  EXPECT_EQ(scan.word(), "");
}

TEST(Scan, BehindAQuotedTextTheLineGoesOn) {
  Scan scan(R"("a b":"" c)");

  EXPECT_EQ(scan.quoted(), "a b");
  EXPECT_TRUE(scan.take(":"));
  EXPECT_EQ(scan.quoted(), "");
  EXPECT_EQ(scan.space().rest(), "c");
}

}  // namespace
}  // namespace goknot::source
