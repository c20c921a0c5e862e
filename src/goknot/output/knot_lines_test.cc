// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/knot_lines.h"

#include "goknot/base/text.h"
#include "tests/support/sample_reports.h"

#include <absl/strings/str_join.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace goknot::output {
namespace {

using testing::HasSubstr;

std::string drawn(const std::vector<Knot>& roots, const KnotRoom& room = {},
                  Charset charset = Charset::unicode) {
  const Pen pen({.charset = charset});
  return "\n" + absl::StrJoin(knot_lines(roots, pen, room), "\n") + "\n";
}

Knot knot(std::string who, std::string text, Place place = {}, std::vector<Knot> behind = {}) {
  return {std::move(who), {{std::move(text), std::move(place)}}, std::move(behind)};
}

Place at(std::string function, std::string file) {
  return {std::move(function), std::move(file), 7};
}

TEST(KnotLines, ChildrenStandBelowTheirParentsBehindABranch) {
  const std::vector<Knot> roots = {
      knot("1", "waits", at("main.a", "a.go"),
           {knot("2", "waits", at("main.b", "b.go"), {knot("3", "waits", at("main.c", "c.go"))}),
            knot("4", "waits", at("main.d", "d.go"))})};

  EXPECT_EQ(drawn(roots), R"(
  1  waits     main.a  a.go:7
  ├ 2 waits    main.b  b.go:7
  │ └ 3 waits  main.c  c.go:7
  └ 4 waits    main.d  d.go:7
)");
}

TEST(KnotLines, WordsOfTheRootsBeginInOneColumn) {
  EXPECT_EQ(drawn({knot("7", "waits"), knot("4310", "waits")}), R"(
  7     waits
  4310  waits
)");
}

TEST(KnotLines, ALongNameOfARootMovesNoOthers) {
  EXPECT_EQ(drawn({knot("7", "waits"), knot("2,572 goroutines", "wait")}), R"(
  7  waits
  2,572 goroutines  wait
)");
}

TEST(KnotLines, MoreLinesOfOneRowStandBelowEachOther) {
  const std::vector<Knot> roots = {
      {"1", {{"holds A", at("main.a", "a.go")}, {"waits for B", {}}}, {knot("2", "waits")}}};

  EXPECT_EQ(drawn(roots), R"(
  1  holds A  main.a  a.go:7
     waits for B
  └ 2 waits
)");
}

TEST(KnotLines, ARowWithoutWordsIsItsName) {
  EXPECT_EQ(drawn({{"7", {}, {}}}), "\n  7  \n");
  EXPECT_EQ(drawn({}), "\n\n");
}

TEST(KnotLines, WhereRoomIsScarceNamesLoseTheirPackagesThenTheirTypes) {
  const std::vector<Knot> roots = {knot("1", "waits for the lock of the hub",
                                        at("example.com/x/server.(*Registry).Remove", "r.go"))};

  EXPECT_THAT(drawn(roots, {.width = 80}), HasSubstr("  server.(*Registry).Remove  r.go:7\n"));
  EXPECT_THAT(drawn(roots, {.width = 62}), HasSubstr("  (*Registry).Remove  r.go:7\n"));
  EXPECT_THAT(drawn(roots, {.width = 52}), HasSubstr("  Remove  r.go:7\n"));
}

TEST(KnotLines, WordsThatDoNotFitGoOnBelowThemselves) {
  const std::vector<Knot> roots = {
      knot("1", "waits", at("main.a", "a.go"),
           {knot("2", "waits for one of the many workers of the pool", at("main.b", "b.go")),
            knot("3", "waits", at("main.c", "c.go"))})};

  EXPECT_EQ(drawn(roots, {.width = 46}), R"(
  1  waits                      main.a  a.go:7
  ├ 2 waits for one of the      main.b  b.go:7
  │   many workers of the pool
  └ 3 waits                     main.c  c.go:7
)");
}

TEST(KnotLines, WhatDoesNotFitIntoTheLinesIsCounted) {
  std::vector<Knot> roots(10, knot("1", "waits"));

  EXPECT_EQ(drawn(roots, {.lines = 3}), "\n  1  waits\n  1  waits\n  … and 8 more rows\n");
  EXPECT_EQ(drawn(roots, {.lines = 1}), "\n  1  waits\n  … and 9 more rows\n");
  EXPECT_EQ(knot_lines(roots, Pen({}), {.lines = 10}).size(), 10U);
  EXPECT_EQ(knot_lines(roots, Pen({}), {.lines = 9}).size(), 9U);
  EXPECT_EQ(knot_lines(roots, Pen({}), {}).size(), 10U);
}

TEST(KnotLines, NothingDeeperThanCanBeReadIsDrawn) {
  Knot deep = knot("0", "waits");
  for (int i = 1; i < 1000; i++) deep = knot(std::to_string(i), "waits", {}, {std::move(deep)});

  EXPECT_EQ(knot_lines(std::vector{deep}, Pen({}), {}).size(), 13U);
}

TEST(KnotLines, AsciiHasBranchesOfItsOwn) {
  const std::vector<Knot> roots = {knot("1", "waits", {}, {knot("2", "a"), knot("3", "b")})};

  EXPECT_EQ(drawn(roots, {}, Charset::ascii), "\n  1  waits\n  |- 2 a\n  `- 3 b\n");
}

TEST(KnotLines, AWiderScreenThanEyesCanFollowIsNotFilled) {
  const std::vector<Knot> roots = {
      knot("1", std::string(90, 'w'), at("main." + std::string(90, 'f'), "a.go"))};

  for (const std::string& line : knot_lines(roots, Pen({}), {.width = 1000})) {
    EXPECT_LE(width_of(line), 120U) << line;
  }
}

TEST(KnotLines, HostileNamesAreEscapedAndBounded) {
  for (const std::string& name : sample::hostile_names()) {
    const std::string text = drawn({knot(name, name, {name, name, 1}, {knot(name, name)})});

    EXPECT_LT(text.size(), 8000U) << name.substr(0, 40);
    EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return c == '\n' || c < 0 || c >= ' '; }))
        << name.substr(0, 40);
  }
}

}  // namespace
}  // namespace goknot::output
