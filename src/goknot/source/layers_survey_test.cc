// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/layers_survey.h"

#include <gtest/gtest.h>

namespace goknot::source {
namespace {

TEST(LayersSurvey, LinesOfADumpAreTold) {
  EXPECT_EQ(line_kind("goroutine 1 [chan receive (nil chan), 5 minutes]:"), LineKind::header);
  EXPECT_EQ(line_kind(R"(goroutine 1 gp=0xc00 m=0 mp=0x5c6 [running] {k: "a]:"}:)"),
            LineKind::header);
  EXPECT_EQ(line_kind("goroutine profile: total 12"), LineKind::header);
  EXPECT_EQ(line_kind("main.(*T[...]).M.func1(0xc000, {0x1, 0x2?}, ...)"), LineKind::function);
  EXPECT_EQ(line_kind("created by main.main in goroutine 1"), LineKind::function);
  EXPECT_EQ(line_kind("C:/Program Files/Go/src/x.go:12 +0x1d"), LineKind::file);
  EXPECT_EQ(line_kind("x/y.go:12"), LineKind::maybe_file);
  EXPECT_EQ(line_kind("25 @ 0x42f62f 0x40502b"), LineKind::profile_row);
}

TEST(LayersSurvey, LinesOfOtherTextsAreNoFrames) {
  for (const std::string_view line :
       {"goroutine running on other thread; stack unavailable", "[originating from goroutine 1]:",
        "Goroutine 7 (finished) created at:", "x_test.go:250: client should not be nil",
        "see main.f() (0x1)", "TestX (9m59s)", "http://host:80", "panic: x", ")", "()"}) {
    EXPECT_EQ(line_kind(line), LineKind::other) << line;
  }
}

TEST(LayersSurvey, ABracketRightBehindTheNumberIsNoState) {
  for (const std::string_view text :
       {"goroutine 1[running]:", "goroutine 1\\[running]:", "goroutine 1[", "goroutine 1 ["}) {
    EXPECT_EQ(header_length(text), 0U) << text;
  }
}

TEST(LayersSurvey, HeadersAreFoundWhereTheyStand) {
  const std::string_view text =
      "subgoroutine 1 [x]:\n  a goroutine 12 [select]: b\\ngoroutine 3 [sleep]:";

  const Survey found = survey(text);

  ASSERT_EQ(found.headers.size(), 2u);
  EXPECT_EQ(found.before(found.headers[0]), "  a ");
  EXPECT_EQ(found.headers[0].length, std::string_view("goroutine 12 [select]:").size());
  EXPECT_EQ(found.headers[1].line, found.headers[0].line);
}

TEST(LayersSurvey, HeaderAfterManyOtherWordsIsFound) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "no goroutine here, oroutine\n";

  EXPECT_TRUE(find_header(text + "goroutine 1 [running]:", 0).has_value());
  EXPECT_FALSE(find_header(text, 0).has_value());
}

}  // namespace
}  // namespace goknot::source
