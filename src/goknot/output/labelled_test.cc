// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/labelled.h"

#include <gtest/gtest.h>

namespace goknot::output {
namespace {

std::vector<std::string> drawn(const std::vector<Labelled>& paragraphs, std::size_t width) {
  OutputOptions options;
  options.color = Color::never;
  return labelled_lines(paragraphs, Pen(options), width);
}

TEST(Labelled, LabelsStandInOneColumnAndTextsInTheOther) {
  const auto lines = drawn({{"Why", "one two"}, {"What to do", "three"}}, 80);

  EXPECT_EQ(lines, (std::vector<std::string>{"  Why         one two", "  What to do  three"}));
}

TEST(Labelled, WhatSaysNothingIsLeftOut) { EXPECT_TRUE(drawn({{"Why", ""}}, 80).empty()); }

TEST(Labelled, LongTextsGoOnBelowThemselves) {
  const auto lines = drawn({{"Why", "aaaaaaaaa bbbbbbbbb ccccccccc"}}, 36);

  ASSERT_EQ(lines.size(), 2U);
  EXPECT_TRUE(lines[1].starts_with(std::string(14, ' '))) << lines[1];
  EXPECT_TRUE(lines[1].ends_with("ccccccccc"));
}

TEST(Labelled, NoTextIsEndless) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "word ";

  EXPECT_LT(drawn({{"Why", text}}, 100).size(), 40U);
}

}  // namespace
}  // namespace goknot::output
