// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/delve_lines.h"

#include <gtest/gtest.h>

namespace goknot::source {
namespace {

TEST(DelveLines, ARowHasItsIdPlaceAndReason) {
  const auto row = parse_delve_row(
      "* Goroutine 18 - Runtime: C:/my files/main.go:17 main.f[go.shape.struct { a int }] "
      "(0x4dc4b8) "
      "(thread 26560) [select (no cases) 3386326708882]");

  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->id, 18);
  EXPECT_TRUE(row->current);
  EXPECT_EQ(row->place, DelvePlace::runtime);
  EXPECT_EQ(row->location.file, "C:/my files/main.go");
  EXPECT_EQ(row->location.line, 17u);
  EXPECT_EQ(row->location.function, "main.f[go.shape.struct { a int }]");
  EXPECT_EQ(row->reason, "select (no cases)");
}

// Delve on Windows, where the age is nonsense.
TEST(DelveLines, AReasonIsTheSameBeforeADuration) {
  const auto reason = [](std::string_view text) {
    const std::string line = "Goroutine 4 - User: a.go:1 f (0x1) [" + std::string(text) + "]";
    const auto row = parse_delve_row(line);
    return row ? std::string(row->reason) : "none";
  };
  EXPECT_EQ(reason("select 457422h31m13.3206878s"), "select");
  EXPECT_EQ(reason("chan receive 12.5ms"), "chan receive");
  EXPECT_EQ(reason("force gc (idle) 1h0m0s"), "force gc (idle)");
  EXPECT_EQ(reason("select 12 hours"), "select 12 hours");
  EXPECT_EQ(reason("GC sweep wait"), "GC sweep wait");
}

TEST(DelveLines, WhatIsUnknownToTheDebuggerIsEmpty) {
  const auto row = parse_delve_row("Goroutine 5 - User: ?:0 ??? (0x0)");

  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->location.file, "");
  EXPECT_EQ(row->location.function, "");
  EXPECT_EQ(row->reason, "");
}

TEST(DelveLines, UnreadableGoroutinesAreRows) {
  EXPECT_TRUE(parse_delve_row("  Goroutine (unreadable input/output error)")->unreadable);
}

TEST(DelveLines, OtherLinesAreNoRows) {
  for (const std::string_view line :
       {"Goroutine 5:", "Goroutine x - User: a:1 f (0x1)", "Goroutine 5 - User: a:1 f",
        "Goroutine 5 - Elsewhere: a:1 f (0x1)", "goroutine 5 [running]:", ""}) {
    EXPECT_FALSE(parse_delve_row(line)) << line;
  }
}

TEST(DelveLines, FramesAndTheirPlacesAreTwoLines) {
  const auto frame = parse_delve_frame("\t10  0x0000000000484181 in runtime.goexit");
  const auto at = parse_delve_at("    at /usr/local/go/src/runtime/asm_amd64.s:1771");

  ASSERT_TRUE(frame && at);
  EXPECT_EQ(frame->depth, 10u);
  EXPECT_EQ(frame->pc, 0x484181u);
  EXPECT_EQ(frame->function, "runtime.goexit");
  EXPECT_EQ(at->line, 1771u);
  EXPECT_FALSE(parse_delve_frame("#0  0x0000000000484181 in main () at x.c:3"));
  EXPECT_FALSE(parse_delve_at("at the end"));
}

TEST(DelveLines, PromptsAreTakenOff) {
  EXPECT_EQ(without_prompt("(dlv) (dlv) bt ").line, "bt");
  EXPECT_TRUE(without_prompt("(dlv)").prompt);
  EXPECT_FALSE(without_prompt("bt").prompt);
}

}  // namespace
}  // namespace goknot::source
