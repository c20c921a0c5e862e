// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/utf8.h"

#include <gtest/gtest.h>

namespace goknot {
namespace {

TEST(Utf8, CharactersOfEveryLengthAreRead) {
  EXPECT_EQ(next_character("a").code, 'a');
  EXPECT_EQ(next_character("é").code, 0xe9U);
  EXPECT_EQ(next_character("世").code, 0x4e16U);
  EXPECT_EQ(next_character("\U0001f600").code, 0x1f600U);
  EXPECT_EQ(next_character("").length, 0U);
}

TEST(Utf8, OverlongFormsSurrogatesAndHugeNumbersAreNotValid) {
  for (const char* text : {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                           "\xf8\x88\x80\x80\x80", "\x80", "\xe4\xb8"}) {
    EXPECT_FALSE(next_character(text).valid) << text;
    EXPECT_EQ(next_character(text).length, 1U);
  }
}

TEST(Utf8, InvalidBytesAreReplacedAndTheRestStays) {
  EXPECT_EQ(valid_utf8("a\xff"
                       "é\xc3"),
            "a\uFFFDé\uFFFD");
}

TEST(Utf8, WhatDoesNotShowIsNotVisible) {
  for (const std::uint32_t code : {0x0U, 0x1bU, 0x7fU, 0x9bU, 0x200eU, 0x202eU, 0x2066U, 0xfeffU,
                                   0x61cU, 0xe0041U, 0x1fffeU}) {
    EXPECT_FALSE(is_visible(code)) << code;
  }
  for (const std::uint32_t code : {0x20U, 0x41U, 0xe9U, 0x4e16U, 0x1f600U, 0x5d0U}) {
    EXPECT_TRUE(is_visible(code)) << code;
  }
}

TEST(Utf8, TheFirstAndLastOfEachLengthAreValid) {
  for (const char* text :
       {"\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(next_character(text).valid) << text;
    EXPECT_EQ(next_character(text).length, std::string_view(text).size()) << text;
  }
}

TEST(Utf8, WideCharactersTakeTwoColumnsAndMarksNone) {
  for (const std::uint32_t code : {0x1100U, 0x115fU, 0x4e16U, 0xff01U, 0x1f600U, 0x3fffdU}) {
    EXPECT_EQ(columns(code), 2) << code;
  }
  for (const std::uint32_t code : {0x300U, 0x36fU, 0x483U, 0xfe0fU}) EXPECT_EQ(columns(code), 0);
  for (const std::uint32_t code : {0x20U, 0x2ffU, 0x370U, 0x10ffU, 0x2500U, 0xff61U, 0x40000U}) {
    EXPECT_EQ(columns(code), 1) << code;
  }
}

TEST(Utf8, ValidTextStaysAsItIsAndEverythingBecomesValid) {
  EXPECT_EQ(valid_utf8("aé世\U0001f600"), "aé世\U0001f600");
  EXPECT_EQ(valid_utf8(""), "");
  EXPECT_EQ(valid_utf8("\xe4\xb8"), "\uFFFD\uFFFD");
  EXPECT_EQ(valid_utf8(std::string_view("\0", 1)), std::string_view("\0", 1));
}

}  // namespace
}  // namespace goknot
