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

}  // namespace
}  // namespace goknot::source
