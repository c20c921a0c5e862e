// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/layers_text.h"

#include <gtest/gtest.h>

namespace goknot::source {
namespace {

TEST(LayersText, EscapesOfJsonAndGoAreUndone) {
  EXPECT_EQ(unescaped(R"(a\n\t\"\\\/b)"), "a\n\t\"\\/b");
  EXPECT_EQ(unescaped(R"(\u00e9\ud83d\ude00\U0001f600)"),
            "\xc3\xa9\xf0\x9f\x98\x80\xf0\x9f\x98\x80");
  EXPECT_EQ(unescaped(R"(\x41\101)"), "AA");
}

TEST(LayersText, WhatIsNoEscapeStays) {
  EXPECT_EQ(unescaped(R"(\q \u12 \x4 \9)"), R"(\q \u12 \x4 \9)");
  EXPECT_EQ(unescaped("a\\"), "a\\");
  EXPECT_EQ(unescaped(R"(\ud83d!)"), "\xef\xbf\xbd!");
}

TEST(LayersText, QuotesBehindBackslashesDoNotClose) {
  EXPECT_EQ(closing_quote(R"(a\"b\\"c")", 0), 6u);
  EXPECT_EQ(closing_quote(R"(a\")", 0), std::string_view::npos);
}

TEST(LayersText, SourcesComeOneAfterTheOther) {
  Sources sources;
  sources.add("a", "1", Sources::Piece::part);
  sources.add("b", "x", Sources::Piece::line);
  sources.add("a", "2", Sources::Piece::line);
  sources.add_other("o");

  EXPECT_FALSE(sources.is_open());
  EXPECT_EQ(std::move(sources).join(), "12\no\nx\n");
}

TEST(LayersText, SurrogatesThatBelongTogetherAreOneCodePoint) {
  EXPECT_EQ(unescaped(R"(\ud83d\ude00)"), "\xf0\x9f\x98\x80");
  EXPECT_EQ(unescaped(R"(\ude00\ud83d)"), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(unescaped(R"(\ud83d\u0041)"),
            "\xef\xbf\xbd"
            "A");
  EXPECT_EQ(unescaped(R"(\ud83d\u)"), "\xef\xbf\xbd\\u");
}

TEST(LayersText, NumbersBeyondAByteAreNoEscapes) {
  EXPECT_EQ(unescaped(R"(\377)"), "\xff");
  EXPECT_EQ(unescaped(R"(\400)"), R"(\400)");
  EXPECT_EQ(unescaped(R"(\U00110000)"), "\xef\xbf\xbd");
  EXPECT_EQ(unescaped(R"(\U0011)"), R"(\U0011)");
}

TEST(LayersText, AQuoteIsClosedByTheFirstWithoutABackslash) {
  EXPECT_EQ(closing_quote("", 0), std::string_view::npos);
  EXPECT_EQ(closing_quote("\"", 0), 0u);
  EXPECT_EQ(closing_quote(R"(\")", 1), 1u) << "what is before does not count";
  EXPECT_EQ(closing_quote(R"(\\")", 0), 2u);
}

TEST(LayersText, ALineThatGoesOnWaitsForItsEnd) {
  Sources sources;
  sources.add("a", "half", Sources::Piece::part);
  EXPECT_TRUE(sources.is_open());

  sources.add("b", "other", Sources::Piece::line);
  EXPECT_TRUE(sources.is_open());

  sources.add("a", " a line", Sources::Piece::line);
  EXPECT_FALSE(sources.is_open());
  EXPECT_EQ(std::move(sources).join(), "half a line\nother\n");
}

TEST(LayersText, ALineThatNeverEndsIsEndedAfterAll) {
  Sources sources;
  sources.add("a", "half", Sources::Piece::part);

  EXPECT_EQ(std::move(sources).join(), "half\n");
  EXPECT_EQ(Sources().join(), "");
}

TEST(LayersText, TextOfNobodyStaysBehindWhatWasLast) {
  Sources sources;
  sources.add_other("first");
  sources.add("a", "1", Sources::Piece::line);
  sources.add("b", "2", Sources::Piece::line);
  sources.add("a", "3", Sources::Piece::line);
  sources.add_other("behind 3");

  EXPECT_EQ(std::move(sources).join(), "first\n1\n3\nbehind 3\n2\n");
}

TEST(LayersText, SourcesWithoutNumberAreNotToldApartForEver) {
  Sources sources;
  for (int i = 0; i < 5000; ++i) {
    sources.add(std::to_string(i), std::to_string(i), Sources::Piece::line);
  }
  const std::string all = std::move(sources).join();

  EXPECT_TRUE(all.starts_with("0\n4096\n4097\n"));
  EXPECT_TRUE(all.ends_with("\n4095\n"));
}

}  // namespace
}  // namespace goknot::source
