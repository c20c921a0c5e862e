// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/text_dump_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::source {
namespace {

using testing::ElementsAre;
using testing::Pair;

GoroutineHeader parse(std::string_view line) {
  const auto header = parse_goroutine_header(line);
  EXPECT_TRUE(header.has_value()) << line;
  return header.value_or(GoroutineHeader());
}

TEST(GoroutineHeader, TheOldestFormHasAnIdAndAStatus) {
  const GoroutineHeader header = parse("goroutine 17 [chan receive]:");

  EXPECT_EQ(header.id, 17);
  EXPECT_EQ(header.status, "chan receive");
  EXPECT_EQ(header.minutes, -1);
}

TEST(GoroutineHeader, MarksOfMarkdownAroundItSayNothing) {
  for (const std::string_view line :
       {"**goroutine 17 [chan receive]:**", "`goroutine 17 [chan receive]:`",
        "### **`goroutine 17 [chan receive]`**:", "* goroutine 17 [chan receive]:",
        "_goroutine 17 [chan receive]_"}) {
    EXPECT_EQ(parse(line).id, 17) << line;
    EXPECT_EQ(parse(line).status, "chan receive") << line;
  }
}

TEST(GoroutineHeader, EveryFieldIsRead) {
  const GoroutineHeader header = parse(
      "goroutine 6 gp=0xc000007500 m=0 mp=0x5c6ec0 [select (no cases) (leaked) (scan) (durable), "
      "12 minutes, locked to thread, synctest bubble 3]:");

  EXPECT_EQ(header.id, 6);
  EXPECT_TRUE(header.has_g);
  EXPECT_EQ(header.status, "select (no cases) (leaked) (scan) (durable)");
  EXPECT_EQ(header.minutes, 12);
  EXPECT_TRUE(header.locked_to_thread);
  EXPECT_EQ(header.bubble, 3U);
}

TEST(GoroutineHeader, LabelsInsideTheBracketsMayHoldBrackets) {
  const GoroutineHeader header =
      parse(R"(goroutine 1 [running, locked to thread labels:{"a]": "}, \"x", "b": "2"}]:)");

  EXPECT_TRUE(header.labels_in_brackets);
  EXPECT_THAT(parse_labels(header.labels), ElementsAre(Pair("a]", "}, \"x"), Pair("b", "2")));
}

TEST(GoroutineHeader, LabelsBehindTheBracketsNeedNoQuotes) {
  const GoroutineHeader header =
      parse(R"(goroutine 1 [running] {path: /a/b.go, "odd key": "v \x00"}:)");

  EXPECT_FALSE(header.labels_in_brackets);
  EXPECT_THAT(parse_labels(header.labels),
              ElementsAre(Pair("path", "/a/b.go"), Pair("odd key", R"(v \x00)")));
}

TEST(GoroutineHeader, AGroupIsTheFirstWordForABubble) {
  const GoroutineHeader header = parse("goroutine 9 [select (synctest), synctest group 7]:");

  EXPECT_TRUE(header.synctest_group);
  EXPECT_EQ(header.bubble, 7U);
}

TEST(GoroutineHeader, MayStandAtTheEndOfALine) {
  const GoroutineHeader header =
      parse("x_test.go:5: leaktest: leaked goroutine: goroutine 84 [chan send]:");

  EXPECT_EQ(header.id, 84);
}

TEST(GoroutineHeader, IsNotSoughtInTheMiddleOfASentence) {
  EXPECT_FALSE(parse_goroutine_header("saw goroutine 5 [running]: ok").has_value());
  EXPECT_FALSE(parse_goroutine_header("goroutine profile: total 12").has_value());
  EXPECT_FALSE(parse_goroutine_header("[originating from goroutine 1]:").has_value());
  EXPECT_FALSE(parse_goroutine_header("goroutine 5 [chan rec").has_value());
}

TEST(GoroutineHeader, ARemarkMayFollow) {
  EXPECT_EQ(parse("goroutine 5 [running]: // here").id, 5);
}

TEST(GoroutineHeader, AnIdThatDoesNotFitIsNoHeader) {
  EXPECT_FALSE(parse_goroutine_header("goroutine 99999999999999999999 [running]:").has_value());
}

TEST(GoroutineHeader, GoleakSaysStateAndMinutes) {
  const auto header = parse_goleak_header(
      "[Goroutine 7 in state chan receive (nil chan), 2 minutes, with main.f on top of the stack:");

  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(header->id, 7);
  EXPECT_EQ(header->status, "chan receive (nil chan)");
  EXPECT_EQ(header->minutes, 2);
}

TEST(GoroutineHeader, TheRaceDetectorsGoroutinesAreNone) {
  EXPECT_FALSE(parse_goleak_header("Goroutine 7 (running) created at:").has_value());
  EXPECT_FALSE(parse_goroutine_header("Read at 0x00c1 by goroutine 4:").has_value());
}

TEST(GoroutineHeader, TheKeyOfAStatusLeavesOutTheScan) {
  EXPECT_EQ(status_key("chan send (scan)"), "chan send");
  EXPECT_EQ(status_key("chan send (scan) (durable)"), "chan send (durable)");
  EXPECT_EQ(status_key("chan send (leaked)"), "chan send (leaked)");
  EXPECT_EQ(status_key(""), "unknown");
}

TEST(GoroutineHeader, AStatusThatGoDoesNotPrintIsNone) {
  EXPECT_FALSE(parse_goroutine_header("goroutine 1 [" + std::string(1000, 'a') + "]:"));
}

TEST(GoroutineHeader, OneLineOfACondensedDumpStandsForSeveral) {
  const auto header = parse_goroutine_header("48 goroutines [semacquire, 4 minutes]:");

  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(header->id, -1);
  EXPECT_EQ(header->count, 48u);
  EXPECT_EQ(header->status, "semacquire");
  EXPECT_EQ(header->minutes, 4);
  EXPECT_EQ(parse_goroutine_header("1 goroutine [select]:")->count, 1u);
  EXPECT_FALSE(parse_goroutine_header("0 goroutines [select]:"));
  EXPECT_FALSE(parse_goroutine_header("48 goroutines [select]: stuck"));
  EXPECT_FALSE(parse_goroutine_header("Showing 48 goroutines [select]:"));
}

}  // namespace
}  // namespace goknot::source
