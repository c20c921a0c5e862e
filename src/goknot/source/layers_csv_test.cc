// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/layers_survey.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::source {
namespace {

// The column of the dump in a table; "no table" if it is none.
std::string column_of(std::string_view text) {
  const auto peeled = peel_csv(survey(text));
  return peeled ? peeled->text : "no table";
}

constexpr std::string_view kDump = "goroutine 1 [running]:\nmain.f(0x1, 0x2)\n\t/x.go:1 +0x1\n";

TEST(LayersCsv, TheColumnOfTheDumpIsWhatStays) {
  EXPECT_EQ(column_of("1,web,\"goroutine 1 [running]:\"\n"
                      "2,web,\"main.f(0x1, 0x2)\"\n"
                      "3,web,\"\t/x.go:1 +0x1\"\n"),
            kDump);
}

TEST(LayersCsv, SemicolonsAndTabsSeparateToo) {
  EXPECT_EQ(column_of("1;\"goroutine 1 [running]:\nmain.f(0x1, 0x2)\n\t/x.go:1 +0x1\"\n"), kDump);
  EXPECT_EQ(column_of("1\t\"goroutine 1 [running]:\nmain.f(0x1, 0x2)\n\t/x.go:1 +0x1\"\n"), kDump);
}

TEST(LayersCsv, SeparatorsInQuotesSeparateNothing) {
  EXPECT_EQ(column_of("\"a,b\",\"goroutine 1 [running]:\"\n"
                      "\"c\",\"main.f(0x1, 0x2)\"\n"
                      "\"d\",\"\t/x.go:1 +0x1\"\n"),
            kDump);
}

TEST(LayersCsv, ADoubledQuoteIsOne) {
  EXPECT_EQ(column_of("1,\"goroutine 1 [running] {\"\"k\"\": \"\"v\"\"}:\"\n2,\"main.f(0x1)\"\n"),
            "goroutine 1 [running] {\"k\": \"v\"}:\nmain.f(0x1)\n");
}

TEST(LayersCsv, RowsWithoutThatColumnStayAsTheyAre) {
  EXPECT_EQ(column_of("1,\"goroutine 1 [running]:\"\n2,\"main.f(0x1)\"\n3,\"main.g(0x1)\"\n"
                      "4,\"main.h(0x1)\"\n5,\"a.b(0x1)\"\n6,\"a.c(0x1)\"\n7,\"a.d(0x1)\"\n"
                      "8,\"a.e(0x1)\"\n9 rows\n"),
            "goroutine 1 [running]:\nmain.f(0x1)\nmain.g(0x1)\nmain.h(0x1)\na.b(0x1)\na.c(0x1)\n"
            "a.d(0x1)\na.e(0x1)\n9 rows\n");
}

TEST(LayersCsv, WithoutAnyQuotesItIsAPrefix) {
  EXPECT_EQ(column_of("web,goroutine 1 [running]:\nweb,main.f(0x1)\n"), "no table");
}

TEST(LayersCsv, WithoutFramesBelowTheHeaderItIsNoTable) {
  EXPECT_EQ(column_of("1,\"goroutine 1 [running]:\"\n2,\"hello\"\n"), "no table");
  EXPECT_EQ(column_of("1,\"see goroutine 1 [running]:\"\n2,\"main.f(0x1)\"\n"), "no table");
}

TEST(LayersCsv, TextsWithoutADumpAreNoTable) {
  EXPECT_EQ(column_of(""), "no table");
  EXPECT_EQ(column_of("1,\"main.f(0x1)\"\n"), "no table");
}

TEST(LayersCsv, ACellWithoutItsEndGoesToTheEndOfTheText) {
  EXPECT_EQ(column_of("1,\"goroutine 1 [running]:\nmain.f(0x1, 0x2)\n\t/x.go:1 +0x1"), kDump);
}

TEST(LayersCsv, NoCutOfATableMakesMoreThanThereWas) {
  const std::string table =
      "at,text\n1,\"goroutine 1 [running]:\nmain.f(0x1, 0x2)\n\t/x.go:1 +0x1\n\"\n2,\"bye\"\n";

  for (std::size_t size = 0; size <= table.size(); ++size) {
    const auto peeled = peel_csv(survey(std::string_view(table).substr(0, size)));

    EXPECT_LE(peeled ? peeled->text.size() : 0, size + 1) << size;
  }
}

TEST(LayersCsv, ARecordOfTooManyCellsIsReadUpToALimit) {
  const std::string many(10000, ',');

  EXPECT_EQ(column_of("\"a\"" + many + "\"goroutine 1 [running]:\nmain.f(0x1)\"\n"), "no table");
  EXPECT_EQ(column_of("1,\"goroutine 1 [running]:\nmain.f(0x1)\"" + many + "\n"),
            "goroutine 1 [running]:\nmain.f(0x1)\n");
}

}  // namespace
}  // namespace goknot::source
