// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/shape_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace goknot::analysis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Stack = std::vector<std::string_view>;

// What is wrong with a line; "" if nothing is.
std::string mistake(std::string_view line) {
  ShapeParser parser;
  const auto added = parser.add_line(line);
  return added ? "" : added.error().message;
}

Shapes shapes_of(std::initializer_list<std::string_view> lines) {
  ShapeParser parser;
  for (const std::string_view line : lines) {
    const auto added = parser.add_line(line);
    EXPECT_TRUE(added.has_value()) << line << ": " << added.error().message;
  }
  return std::move(parser).finish();
}

std::string_view id(const LibraryShape* shape) { return shape == nullptr ? "" : shape->id; }

TEST(ShapeParser, EmptyLinesAndRemarksSayNothing) {
  EXPECT_TRUE(shapes_of({"", "   \t\r", "# a | b | c", "  # remark"}).all().empty());
}

TEST(ShapeParser, ARowHasItsFieldsWithoutTheBlanksAroundThem) {
  const Shapes shapes =
      shapes_of({" a-b |idle| select , IO wait |x/y.f < x/y.g| x/y.New |1 per pool| worker \r"});

  const auto all = shapes.all();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0]->id, "a-b");
  EXPECT_EQ(all[0]->kind, ShapeClass::idle);
  EXPECT_EQ(all[0]->states, "select , IO wait");
  EXPECT_EQ(all[0]->pattern, "x/y.f < x/y.g");
  EXPECT_EQ(all[0]->created_by, "x/y.New");
  EXPECT_EQ(all[0]->usual, "1 per pool");
  EXPECT_EQ(all[0]->purpose, "worker");
  EXPECT_EQ(all[0]->note, "");
  EXPECT_EQ(all[0]->advice, "");
}

TEST(ShapeParser, NoteAndAdviceMayFollow) {
  const Shapes shapes = shapes_of({"a | idle | any | x.f ||| p | many mean | do this"});

  EXPECT_EQ(shapes.all()[0]->note, "many mean");
  EXPECT_EQ(shapes.all()[0]->advice, "do this");
}

TEST(ShapeParser, ARowOfTooFewOrTooManyFieldsIsAMistake) {
  EXPECT_THAT(mistake("a | idle | any | x.f | |"), HasSubstr("6 fields, wanted 7 to 9"));
  EXPECT_THAT(mistake("a | idle | any | x.f | | | p | n | a | b"), HasSubstr("10 fields"));
  EXPECT_THAT(mistake("alias | a"), HasSubstr("2 fields"));
  EXPECT_THAT(mistake("helper | a | b"), HasSubstr("3 fields"));
}

TEST(ShapeParser, WordsThatSayNothingAreNamed) {
  EXPECT_EQ(mistake("a | idel | any | x.f | | | p"), "there is no class \"idel\"");
  EXPECT_EQ(mistake("a | idle, bsic | any | x.f | | | p"), "\"bsic\" says nothing about a row");
  EXPECT_EQ(mistake("a | idle | select, slept | x.f | | | p"), "Go has no state \"slept\"");
}

TEST(ShapeParser, AClassMayBeFollowedByWhatElseIsTrue) {
  const Shapes shapes = shapes_of(
      {"a | idle, basic, ignored | any | x.f | | | p", "b | idle, remote | any | x.g | | | p"});

  EXPECT_TRUE(shapes.all()[0]->basic);
  EXPECT_TRUE(shapes.all()[0]->ignored_by_leak_detectors);
  EXPECT_FALSE(shapes.all()[0]->remote);
  EXPECT_FALSE(shapes.all()[1]->basic);
  EXPECT_TRUE(shapes.all()[1]->remote);
}

TEST(ShapeParser, ASurplusNamesItsPartnersAndVictims) {
  const Shapes shapes = shapes_of(
      {"surplus | a | leak | x.f / x.g | b / c | 10 | 5", "surplus | a | warning | | | 0 | 0"});

  const auto surpluses = shapes.surpluses();
  ASSERT_EQ(surpluses.size(), 2U);
  EXPECT_EQ(surpluses[0].shape, "a");
  EXPECT_THAT(surpluses[0].partners, ElementsAre("x.f", "x.g"));
  EXPECT_THAT(surpluses[0].victims, ElementsAre("b", "c"));
  EXPECT_EQ(surpluses[0].at_least, 10U);
  EXPECT_EQ(surpluses[0].minutes, 5);
  EXPECT_TRUE(surpluses[0].is_leak);
  EXPECT_FALSE(surpluses[1].is_leak);
  EXPECT_TRUE(surpluses[1].partners.empty());
}

TEST(ShapeParser, ASurplusWithoutItsNumbersIsAMistake) {
  EXPECT_EQ(mistake("surplus | a | leek | | | 1 | 1"), "\"leek\" is neither leak nor warning");
  for (const std::string_view number : {"", "-1", "1x", "1000000", "99999999999999999999", "0x1"}) {
    EXPECT_EQ(mistake("surplus | a | leak | | | " + std::string(number) + " | 1"),
              "\"" + std::string(number) + "\" is no number");
  }
}

TEST(ShapeParser, TasksOfAPoolMustNotWaitForIt) {
  const Shapes shapes = shapes_of({"nested | a / b | c"});

  ASSERT_EQ(shapes.nested_tasks().size(), 1U);
  EXPECT_THAT(shapes.nested_tasks()[0].tasks, ElementsAre("a", "b"));
  EXPECT_THAT(shapes.nested_tasks()[0].waits, ElementsAre("c"));
}

TEST(ShapeParser, AGapStandsForAnyNumberOfFunctions) {
  const Shapes shapes = shapes_of(
      {"near | idle | any | x.f < x.g | | | p", "far | idle | any | y.f < .. < y.g | | | p"});

  EXPECT_EQ(id(shapes.match(Stack{"x.f", "x.g"}, "select", "")), "near");
  EXPECT_EQ(id(shapes.match(Stack{"x.f", "a.b", "x.g"}, "select", "")), "");
  EXPECT_EQ(id(shapes.match(Stack{"y.f", "a.b", "c.d", "y.g"}, "select", "")), "far");
  EXPECT_EQ(id(shapes.match(Stack{"y.f", "y.g"}, "select", "")), "far");
}

TEST(ShapeParser, AlternativesShareARow) {
  const Shapes shapes = shapes_of({"a | idle | any | x.f / x.g | | | p"});

  EXPECT_EQ(id(shapes.match(Stack{"x.f"}, "select", "")), "a");
  EXPECT_EQ(id(shapes.match(Stack{"x.g"}, "select", "")), "a");
  EXPECT_EQ(id(shapes.match(Stack{"x.h"}, "select", "")), "");
}

TEST(ShapeParser, AnAliasHoldsForTheRowsBehindIt) {
  const Shapes shapes = shapes_of(
      {"alias | example.com/old | example.com/new", "a | idle | any | example.com/new.f | | | p"});

  EXPECT_EQ(id(shapes.match(Stack{"example.com/old.f"}, "select", "")), "a");
}

}  // namespace
}  // namespace goknot::analysis
