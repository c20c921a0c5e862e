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

}  // namespace
}  // namespace goknot
