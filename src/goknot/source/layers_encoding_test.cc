// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/layers_text.h"
#include "tests/support/peeled.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::source {
namespace {

using testing_support::peeled;

// ASCII as UTF-16, the given byte of each pair first.
enum class First { low, high };
std::string utf16(std::string_view text, First first) {
  std::string out;
  for (const char c : text) {
    const char low_high[] = {c, '\0'};
    out += low_high[first == First::low ? 0 : 1];
    out += low_high[first == First::low ? 1 : 0];
  }
  return out;
}

std::string utf8(std::uint32_t point) {
  std::string out;
  append_utf8(out, point);
  return out;
}

constexpr std::string_view kHeader = "goroutine 1 [running]:\n";

TEST(LayersEncoding, CodePointsTakeOneToFourBytes) {
  EXPECT_EQ(utf8(0x7f), "\x7f");
  EXPECT_EQ(utf8(0x80), "\xc2\x80");
  EXPECT_EQ(utf8(0x7ff), "\xdf\xbf");
  EXPECT_EQ(utf8(0x800), "\xe0\xa0\x80");
  EXPECT_EQ(utf8(0xffff), "\xef\xbf\xbf");
  EXPECT_EQ(utf8(0x10000), "\xf0\x90\x80\x80");
  EXPECT_EQ(utf8(0x10ffff), "\xf4\x8f\xbf\xbf");
}

TEST(LayersEncoding, WhatIsNoCodePointIsReplaced) {
  for (const std::uint32_t point : {0x110000u, 0xffffffffu, 0xd800u, 0xdfffu}) {
    EXPECT_EQ(utf8(point), "\xef\xbf\xbd") << point;
  }
}

TEST(LayersEncoding, OnlyAMarkAtTheBeginningIsOne) {
  EXPECT_EQ(peeled(peel_bom, "\xef\xbb\xbfgoroutine 1 [running]:\n"), kHeader);
  EXPECT_EQ(peeled(peel_bom, "a\xef\xbb\xbf"), "as it is");
  EXPECT_EQ(peeled(peel_bom, "\xef\xbb"), "as it is");
}

TEST(LayersEncoding, Utf16IsToldByItsMark) {
  EXPECT_EQ(peeled(peel_utf16, "\xff\xfe" + utf16(kHeader, First::low)), kHeader);
  EXPECT_EQ(peeled(peel_utf16, "\xfe\xff" + utf16(kHeader, First::high)), kHeader);
}

TEST(LayersEncoding, Utf16WithoutAMarkIsToldByHowItReads) {
  EXPECT_EQ(peeled(peel_utf16, utf16(kHeader, First::low)), kHeader);
  EXPECT_EQ(peeled(peel_utf16, utf16(kHeader, First::high)), kHeader);
  EXPECT_EQ(peeled(peel_utf16, kHeader), "as it is");
  EXPECT_EQ(peeled(peel_utf16, utf16("short", First::low)), "as it is");
}

TEST(LayersEncoding, TheMarkOfUtf32IsNotThatOfUtf16) {
  EXPECT_EQ(peeled(peel_utf16, std::string("\xff\xfe\0\0g\0\0\0", 8)), "as it is");
}

TEST(LayersEncoding, PairsOfUtf16AreOneCodePointAndHalvesAreReplaced) {
  EXPECT_EQ(peeled(peel_utf16, "\xff\xfe\x3d\xd8\x01\xde"), "\xf0\x9f\x98\x81");
  EXPECT_EQ(peeled(peel_utf16, std::string("\xff\xfe\x3d\xd8x\0", 6)), "\xef\xbf\xbdx");
  EXPECT_EQ(peeled(peel_utf16, "\xff\xfe\x3d\xd8"), "\xef\xbf\xbd");
}

TEST(LayersEncoding, TheHalfOfACutUnitIsLeftOut) {
  EXPECT_EQ(peeled(peel_utf16, std::string("\xff\xfe") + std::string("a\0b", 3)), "a");
}

TEST(LayersEncoding, LineEndsOfWindowsBecomeLineFeeds) {
  EXPECT_EQ(peeled(peel_crlf, "goroutine 1 [running]:\r\nx\r\r\ny\r"),
            "goroutine 1 [running]:\nx\ny");
  EXPECT_EQ(peeled(peel_crlf, kHeader), "as it is");
}

TEST(LayersEncoding, AReturnInsideALineStays) {
  EXPECT_EQ(peeled(peel_crlf, "goroutine 1 [running]:\r\n10%\r20%\r\n"),
            "goroutine 1 [running]:\n10%\r20%\n");
}

TEST(LayersEncoding, SequencesOfTerminalsGo) {
  for (const std::string sequence : {"\x1b[0m", "\x1b[1;38;5;196m", "\x1b[2K", "\x1b]0;title\a",
                                     "\x1b]8;;http://x\x1b\\", "\x1b(B",
                                     "\x1b"
                                     "7",
                                     "\x1bP1$r\x1b\\"}) {
    EXPECT_EQ(peeled(peel_ansi, "gorou" + sequence + "tine 1 [running]:\n"), kHeader) << sequence;
  }
}

TEST(LayersEncoding, SequencesThatOthersMadeVisibleGoToo) {
  for (const std::string sequence : {"#033[31m", "^[[31m", "\xe2\x90\x9b[31m"}) {
    EXPECT_EQ(peeled(peel_ansi, sequence + std::string(kHeader)), kHeader) << sequence;
  }
}

TEST(LayersEncoding, ASequenceWithoutItsEndTakesNoOtherLine) {
  EXPECT_EQ(peeled(peel_ansi, "\x1b[31\ngoroutine 1 [running]:\n"), "\ngoroutine 1 [running]:\n");
  EXPECT_EQ(peeled(peel_ansi, "\x1b]0;title\ngoroutine 1 [running]:\n"),
            "\ngoroutine 1 [running]:\n");
  EXPECT_EQ(peeled(peel_ansi, "goroutine 1 [running]:\n\x1b"), kHeader);
  EXPECT_EQ(peeled(peel_ansi, "goroutine 1 [running]:\n\x1b["), kHeader);
}

TEST(LayersEncoding, SignsThatBeginNoSequenceStay) {
  EXPECT_EQ(peeled(peel_ansi, "\x1b[0mx^2 #1 \xe2\x82\xac #012 ^[a\n"),
            "x^2 #1 \xe2\x82\xac #012 ^[a\n");
  EXPECT_EQ(peeled(peel_ansi, "^2 #1\n"), "as it is");
}

}  // namespace
}  // namespace goknot::source
