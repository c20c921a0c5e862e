// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/text_dump_known.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace goknot::source {
namespace {

// A table that knows the first two lines of `text` as frame 5.
KnownPlaces knowing_first(std::string_view text) {
  KnownPlaces known(text);
  const auto lines = split_clean_lines(text, 0);
  EXPECT_TRUE(lines.has_value());
  if (lines) known.add(*lines, FrameId(5));
  return known;
}

TEST(KnownPlaces, FindsTheSameLinesWithOtherArguments) {
  const std::string_view text = "main.f(0x1)\n\t/a.go:1 +0x2\nmain.f(0x77?)\n\t/a.go:1 +0x2\n";
  const KnownPlaces known = knowing_first(text);

  const auto match = known.find(26);

  ASSERT_TRUE(match.has_value());
  EXPECT_EQ(match->frame, FrameId(5));
  EXPECT_EQ(match->head.arguments, "0x77?");
  EXPECT_EQ(match->end, text.size());
}

TEST(KnownPlaces, AnotherLineNumberIsAnotherPlace) {
  const KnownPlaces known =
      knowing_first("main.f(0x1)\n\t/a.go:1 +0x2\nmain.f(0x1)\n\t/a.go:12 +0x2\n");

  EXPECT_FALSE(known.find(26).has_value());
}

TEST(KnownPlaces, AnInlinedCallIsAnotherPlace) {
  const KnownPlaces known = knowing_first("main.f(0x1)\n\t/a.go:1\nmain.f(...)\n\t/a.go:1\n");

  EXPECT_FALSE(known.find(21).has_value());
}

TEST(KnownPlaces, TheFileLineMayEndInRegisters) {
  const std::string_view text =
      "main.f()\n\t/a.go:1 +0x2 fp=0xc1 sp=0xc0 pc=0x1\nmain.f()\n\t/a.go:1 +0x2 fp=0xd1 sp=0xd0\n";
  const KnownPlaces known = knowing_first(text);

  const auto match = known.find(46);

  ASSERT_TRUE(match.has_value());
  EXPECT_EQ(match->end, text.size());
}

TEST(KnownPlaces, ACreatorTellsTheParent) {
  const std::string_view text =
      "created by main.f in goroutine 1\n\t/a.go:1 +0x2\n"
      "created by main.f in goroutine 17\n\t/a.go:1 +0x2\n";
  const KnownPlaces known = knowing_first(text);

  const auto match = known.find(47);

  ASSERT_TRUE(match.has_value());
  EXPECT_EQ(match->head.kind, PlaceKind::creator);
  EXPECT_EQ(match->head.parent, 17);
}

TEST(KnownPlaces, IndentationIsPartOfTheText) {
  const KnownPlaces known = knowing_first("  main.f()\n      /a.go:1\n  main.f()\n      /a.go:1\n");

  EXPECT_TRUE(known.find(25).has_value());
  EXPECT_FALSE(known.find(27).has_value());
}

TEST(KnownPlaces, LinesWithoutCallOrEndAreNotClean) {
  EXPECT_FALSE(split_clean_lines("main.f()\n\t/a.go:1 +0x2", 0).has_value());
  EXPECT_FALSE(split_clean_lines("main.f\n\t/a.go:1 +0x2\n", 0).has_value());
}

TEST(KnownPlaces, FindsEachOfManyPlaces) {
  std::string text;
  for (int i = 0; i < 500; ++i) {
    text += "main.f" + std::to_string(i) + "()\n\t/a.go:1 +0x2\n";
  }
  KnownPlaces known(text);
  std::size_t at = 0;
  for (std::size_t i = 0; i < 500; ++i) {
    const auto lines = split_clean_lines(text, at);
    ASSERT_TRUE(lines.has_value());
    known.add(*lines, FrameId(i));
    at = lines->head.end + lines->file_line.size() + 1;
  }

  at = 0;
  for (std::size_t i = 0; i < 500; ++i) {
    const auto match = known.find(at);
    ASSERT_TRUE(match.has_value());
    EXPECT_EQ(match->frame, FrameId(i));
    at = match->end;
  }
}

}  // namespace
}  // namespace goknot::source
