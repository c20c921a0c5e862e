// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/pen.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::output {
namespace {

Pen pen_of(Color color, Charset charset) {
  OutputOptions options;
  options.color = color;
  options.charset = charset;
  return Pen(options);
}

TEST(Pen, ColoursOnlyWhereItMay) {
  EXPECT_EQ(pen_of(Color::never, Charset::unicode).ink(Ink::bad, "x"), "x");
  EXPECT_EQ(pen_of(Color::always, Charset::unicode).ink(Ink::bad, "x"), "\x1b[1;31mx\x1b[0m");
}

TEST(Pen, ColoursNothingWhereThereIsNothing) {
  const Pen pen = pen_of(Color::always, Charset::unicode);

  EXPECT_EQ(pen.ink(Ink::bad, ""), "");
  EXPECT_EQ(pen.ink(Ink::plain, "x"), "x");
}

TEST(Pen, ForeignTextCannotCommandATerminal) {
  const std::string shown = pen_of(Color::always, Charset::unicode).show("a\x1b[2Jb\a");

  EXPECT_FALSE(shown.contains('\x1b'));
  EXPECT_FALSE(shown.contains('\a'));
}

TEST(Pen, ANameOfAMegabyteIsCutAtOnce) {
  const Pen pen = pen_of(Color::never, Charset::unicode);
  const std::string name = "begin" + std::string(1 << 20, 'x') + "end";

  EXPECT_EQ(width_of(pen.show(name, 20)), 20U);
  EXPECT_TRUE(pen.show(name, 20).starts_with("begin"));
  EXPECT_TRUE(pen.show(name, 20, Cut::front).ends_with("end"));
}

TEST(Pen, InAsciiItDrawsAscii) {
  const Pen pen = pen_of(Color::never, Charset::ascii);
  const std::string drawn =
      std::string(pen.branch(Sibling::followed)) + std::string(pen.branch(Sibling::last)) +
      std::string(pen.below_branch(Sibling::followed)) + std::string(pen.dot()) + pen.show("…");

  for (const char c : drawn) EXPECT_GE(c, ' ') << drawn;
}

TEST(Pen, BelowTheLastRowOfATreeNoLineGoesOn) {
  EXPECT_EQ(pen_of(Color::never, Charset::unicode).below_branch(Sibling::last), "  ");
}

}  // namespace
}  // namespace goknot::output
