// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace goknot::analysis {
namespace {

using testing::ElementsAre;

// A goroutine and the function it is in.
using Member = std::pair<std::int64_t, std::string_view>;

Snapshot snapshot_of(const std::vector<Member>& members, std::string_view creator = "main.main") {
  Snapshot s;
  const auto frame = [&s](std::string_view function) {
    return s.stacks.add(
        {.function = s.strings.add(function), .file = s.strings.add("a.go"), .line = 1});
  };
  for (const auto& [id, function] : members) {
    const FrameId frames[] = {frame(function)};
    Goroutine& goroutine = s.goroutines.emplace_back();
    goroutine.id = id;
    goroutine.stack = s.stacks.add(frames);
    goroutine.creator = frame(creator);
    goroutine.status = s.strings.add("select");
    goroutine.state = State::waiting;
  }
  return s;
}

Diff diff_of(Snapshot before, Snapshot after) {
  std::vector<Snapshot> both;
  both.push_back(std::move(before));
  both.push_back(std::move(after));
  return diff(both);
}

const Change& change_of(const Diff& diff, std::string_view function) {
  const auto found = std::ranges::find_if(diff.changes, [function](const Change& change) {
    return change.group.frames.front().function == function;
  });
  EXPECT_NE(found, diff.changes.end()) << function;
  return *found;
}

// Every goroutine of both sides is in exactly one part.
void expect_conserved(const Diff& diff) {
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  for (const Change& change : diff.changes) {
    EXPECT_EQ(change.counts.front(), change.gone + change.unmoved + change.left);
    EXPECT_EQ(change.counts.back(), change.created + change.unmoved + change.arrived);
    before += change.counts.front();
    after += change.counts.back();
  }
  EXPECT_EQ(before, diff.totals.front());
  EXPECT_EQ(after, diff.totals.back());
}

TEST(Diff, FramesThatOnlySomeSourcesShowMakeNoDifference) {
  const auto shown = [](std::span<const std::string_view> functions) {
    Snapshot s = snapshot_of({{1, "main.a"}});
    std::vector<FrameId> frames;
    for (const std::string_view function : functions) {
      frames.push_back(s.stacks.add(
          {.function = s.strings.add(function), .file = s.strings.add("a.go"), .line = 1}));
    }
    s.goroutines[0].stack = s.stacks.add(frames);
    return s;
  };
  constexpr std::array<std::string_view, 1> kUsual = {"main.a"};
  constexpr std::array<std::string_view, 4> kAll = {"runtime.gopark", "main.a", "main.b.gowrap1",
                                                    "runtime.goexit"};
  const Diff diff = diff_of(shown(kUsual), shown(kAll));

  ASSERT_EQ(diff.changes.size(), 1U);
  EXPECT_EQ(diff.changes[0].unmoved, 1U);
}

TEST(Diff, OfOneProcessFollowsGoroutinesById) {
  const Diff diff =
      diff_of(snapshot_of({{1, "main.a"}, {2, "main.b"}, {3, "main.b"}, {4, "main.c"}}),
              snapshot_of({{1, "main.a"}, {2, "main.a"}, {4, "main.c"}, {5, "main.c"}}));

  EXPECT_EQ(diff.matching, Matching::by_id);
  EXPECT_EQ(change_of(diff, "main.a").arrived, 1U);
  EXPECT_EQ(change_of(diff, "main.b").left, 1U);
  EXPECT_EQ(change_of(diff, "main.b").gone, 1U);
  EXPECT_EQ(change_of(diff, "main.c").created, 1U);
  EXPECT_EQ(change_of(diff, "main.c").unmoved, 1U);
  expect_conserved(diff);
}

TEST(Diff, OfDifferentProcessesComparesNumbersPerStack) {
  const Diff diff = diff_of(snapshot_of({{1, "main.a"}, {2, "main.b"}}, "main.one"),
                            snapshot_of({{1, "main.a"}, {2, "main.a"}, {3, "main.a"}}, "main.two"));

  EXPECT_EQ(diff.matching, Matching::by_stack);
  expect_conserved(diff);
}

TEST(Diff, WithoutIdsComparesNumbersPerStack) {
  Snapshot before = snapshot_of({{-1, "main.a"}, {-1, "main.b"}});
  before.goroutines[0].count = 5;
  Snapshot after = snapshot_of({{-1, "main.a"}});
  after.goroutines[0].count = 8;

  const Diff diff = diff_of(std::move(before), std::move(after));

  EXPECT_EQ(diff.matching, Matching::by_stack);
  EXPECT_EQ(change_of(diff, "main.a").created, 3U);
  EXPECT_EQ(change_of(diff, "main.b").gone, 1U);
  expect_conserved(diff);
}

TEST(Diff, WhatOneSourceDoesNotTellIsNotCompared) {
  Snapshot before = snapshot_of({{-1, "main.a"}});
  before.goroutines[0].state = State::unknown;
  before.goroutines[0].status = before.strings.add("unknown");
  before.goroutines[0].creator = {};

  const Diff diff = diff_of(std::move(before), snapshot_of({{1, "main.a"}, {2, "main.a"}}));

  EXPECT_EQ(change_of(diff, "main.a").unmoved, 1U);
  EXPECT_EQ(change_of(diff, "main.a").created, 1U);
  expect_conserved(diff);
}

TEST(Diff, AnIdThatIsShownTwiceIsCountedOnBothSides) {
  expect_conserved(diff_of(snapshot_of({{1, "main.a"}, {1, "main.a"}, {2, "main.b"}}),
                           snapshot_of({{1, "main.a"}, {2, "main.b"}, {2, "main.a"}})));
}

TEST(Diff, TheLargestGrowthComesFirst) {
  const Diff diff =
      diff_of(snapshot_of({{1, "main.a"}, {2, "main.b"}, {3, "main.b"}}),
              snapshot_of({{1, "main.a"}, {4, "main.c"}, {5, "main.c"}, {6, "main.d"}}));

  std::vector<std::string> order;
  for (const Change& change : diff.changes) order.push_back(change.group.frames.front().function);
  EXPECT_THAT(order, ElementsAre("main.c", "main.d", "main.b", "main.a"));
}

TEST(Diff, OnlyWhatGrowsFromLookToLookGrew) {
  std::vector<Snapshot> looks;
  looks.push_back(snapshot_of({{1, "main.a"}, {2, "main.b"}, {3, "main.b"}}));
  looks.push_back(snapshot_of({{1, "main.a"}, {4, "main.a"}, {2, "main.b"}}));
  looks.push_back(snapshot_of(
      {{1, "main.a"}, {4, "main.a"}, {5, "main.a"}, {2, "main.b"}, {6, "main.b"}, {7, "main.b"}}));

  const Diff result = diff(looks);

  EXPECT_TRUE(change_of(result, "main.a").grew);
  EXPECT_FALSE(change_of(result, "main.b").grew);
  expect_conserved(result);
}

TEST(Diff, TheReportHidesWhatDidNotChangeAndCountsIt) {
  const Diff result = diff_of(snapshot_of({{1, "main.a"}, {2, "main.b"}}),
                              snapshot_of({{1, "main.a"}, {3, "main.b"}}));

  const Report some = report(result, DiffRows::changed);
  const Report all = report(result, DiffRows::all);

  EXPECT_EQ(std::get<Table>(some.sections[1]).rows.size(), 1U);
  EXPECT_EQ(std::get<Table>(all.sections[1]).rows.size(), 2U);
}

}  // namespace
}  // namespace goknot::analysis
