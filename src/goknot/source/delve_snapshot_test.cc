// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/delve_snapshot.h"

#include "tests/support/snapshot_text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace goknot::source {
namespace {

using testing_support::stack_text;

DelveSnapshot at_line_3() { return DelveSnapshot({.name = "d", .bytes = {}, .wrapped_in = {}}, 3); }

constexpr DelveLocation kHere{.file = "/a.go", .line = 7, .function = {}};

DelveRow row(std::int64_t id, std::string_view function, std::uint32_t line = 7) {
  DelveRow row;
  row.id = id;
  row.location = {.file = "/a.go", .line = line, .function = function};
  return row;
}

void add_stack(DelveSnapshot& to, std::optional<std::int64_t> goroutine,
               std::initializer_list<std::string_view> functions) {
  to.begin_stack(goroutine);
  std::uint64_t pc = 0x1000;
  for (const std::string_view function : functions) {
    to.add_frame({.pc = pc++, .function = function}, 9);
    to.set_place(kHere);
  }
}

// The gaps of a snapshot, one a line.
std::string gaps_of(const Snapshot& snapshot) {
  std::string text;
  for (const Gap& gap : snapshot.gaps) text += gap.where + ": " + gap.what + "\n";
  return text;
}

TEST(DelveSnapshot, NothingIsEmpty) {
  DelveSnapshot delve = at_line_3();
  EXPECT_TRUE(delve.empty());

  delve.add_row(row(1, "main.main"), 4);
  EXPECT_FALSE(delve.empty());
  EXPECT_TRUE(delve.has_list());
}

TEST(DelveSnapshot, ARowIsAGoroutineWhereItStands) {
  DelveSnapshot delve = at_line_3();
  delve.add_row(row(7, "main.f"), 4);

  const Snapshot s = delve.finish();

  ASSERT_EQ(s.goroutines.size(), 1U);
  EXPECT_EQ(s.goroutines[0].id, 7);
  EXPECT_EQ(s.goroutines[0].line, 4U);
  EXPECT_EQ(stack_text(s, s.goroutines[0].stack), "main.f /a.go:7");
  EXPECT_EQ(s.origin.detail, Detail::listing);
  EXPECT_TRUE(s.origin.complete);
}

TEST(DelveSnapshot, TypeArgumentsAreWrittenAsGoDoes) {
  DelveSnapshot delve = at_line_3();
  delve.add_row(row(7, "main.(*Pool[int,map[string]int]).work.func1"), 4);
  delve.add_row(row(8, "main.odd]["), 4);

  const Snapshot s = delve.finish();

  EXPECT_EQ(stack_text(s, s.goroutines[0].stack), "main.(*Pool[...]).work.func1 /a.go:7");
  EXPECT_EQ(stack_text(s, s.goroutines[1].stack), "main.odd][ /a.go:7");
}

TEST(DelveSnapshot, WhereAGoroutineBeganIsNotWhatItIsDoing) {
  DelveSnapshot delve = at_line_3();
  DelveRow start = row(7, "main.work", 40);
  start.place = DelvePlace::start;
  delve.add_row(start, 4);

  const Snapshot s = delve.finish();

  EXPECT_EQ(s.stacks[s.stacks.frames(s.goroutines[0].stack)[0]].line, 0U);
}

TEST(DelveSnapshot, WhatIsSaidInSeveralPlacesIsJoined) {
  DelveSnapshot delve = at_line_3();
  DelveRow go = row(7, "main.main", 3);
  go.place = DelvePlace::go;
  delve.add_row(row(7, "main.f"), 4);
  delve.add_row(go, 5);

  const Snapshot s = delve.finish();

  ASSERT_EQ(s.goroutines.size(), 1U);
  EXPECT_EQ(s.function(s.goroutines[0].creator), "main.main");
}

TEST(DelveSnapshot, ALineThatSaysSomethingElseContradicts) {
  DelveSnapshot delve = at_line_3();
  delve.add_row(row(7, "main.f"), 4);
  DelveRow other_place = row(7, "main.g");
  other_place.place = DelvePlace::go;

  EXPECT_FALSE(delve.contradicts(row(7, "main.f")));
  EXPECT_FALSE(delve.contradicts(row(8, "main.g")));
  EXPECT_FALSE(delve.contradicts(other_place));
  EXPECT_TRUE(delve.contradicts(row(7, "main.g")));
  EXPECT_TRUE(delve.contradicts(row(7, "main.f", 8)));
}

TEST(DelveSnapshot, TheRuntimesOwnAreToldByWhereTheyBegan) {
  DelveSnapshot delve = at_line_3();
  DelveRow sweeper = row(2, "runtime.bgsweep");
  sweeper.place = DelvePlace::start;
  DelveRow coroutine = row(3, "runtime.corostart");
  coroutine.place = DelvePlace::start;
  DelveRow main = row(1, "runtime.main");
  main.place = DelvePlace::start;
  for (const DelveRow& each : {sweeper, coroutine, main}) delve.add_row(each, 4);

  const Snapshot s = delve.finish();

  EXPECT_TRUE(s.goroutines[0].system);
  EXPECT_FALSE(s.goroutines[1].system);
  EXPECT_FALSE(s.goroutines[2].system);
}

TEST(DelveSnapshot, FramesWithOneAddressAreInlinedIntoTheLast) {
  DelveSnapshot delve = at_line_3();
  delve.begin_stack(std::nullopt);
  for (const std::string_view function : {"main.f", "main.g"}) {
    delve.add_frame({.pc = 0x10, .function = function}, 9);
  }
  delve.add_frame({.pc = 0x20, .function = ""}, 9);

  const Snapshot s = delve.finish();

  const auto frames = s.stacks.frames(s.goroutines.at(0).stack);
  EXPECT_TRUE(s.stacks[frames[0]].inlined);
  EXPECT_FALSE(s.stacks[frames[1]].inlined);
  EXPECT_NE(s.function(frames[2]), "");
  EXPECT_EQ(s.origin.format, "dlv-stack");
}

TEST(DelveSnapshot, APlaceIsThatOfTheLastFrameWithoutOne) {
  DelveSnapshot delve = at_line_3();
  EXPECT_FALSE(delve.set_place(kHere));

  delve.begin_stack(std::nullopt);
  EXPECT_FALSE(delve.set_place(kHere));
  delve.add_frame({.pc = 0x10, .function = "main.f"}, 9);
  EXPECT_TRUE(delve.set_place(kHere));
  EXPECT_FALSE(delve.set_place(kHere));
}

TEST(DelveSnapshot, ALongerStackReplacesAShorterOne) {
  DelveSnapshot delve = at_line_3();
  delve.add_row(row(7, "main.f"), 4);
  add_stack(delve, 7, {"main.f", "main.g", "main.h"});
  add_stack(delve, 7, {"main.f"});
  EXPECT_TRUE(delve.cut_stack(StackEnd::truncated));

  const Snapshot s = delve.finish();

  EXPECT_EQ(s.stacks.frames(s.goroutines.at(0).stack).size(), 3U);
  EXPECT_TRUE(s.origin.complete);
}

TEST(DelveSnapshot, AStackThatCannotBeOfTheGoroutineIsNotGivenToIt) {
  DelveSnapshot delve = at_line_3();
  delve.add_row(row(7, "main.f", 99), 4);
  add_stack(delve, 7, {"main.elsewhere"});

  const Snapshot s = delve.finish();

  ASSERT_EQ(s.goroutines.size(), 1U);
  EXPECT_EQ(stack_text(s, s.goroutines[0].stack), "main.f /a.go:99");
  EXPECT_EQ(gaps_of(s), "line 3: 1 stacks belong to no goroutine that is named\n");
}

TEST(DelveSnapshot, LabelsAreThoseOfAKnownGoroutineOnce) {
  DelveSnapshot delve = at_line_3();
  delve.add_row(row(7, "main.f"), 4);
  delve.set_labels(8, R"("a":"1")");
  delve.set_labels(std::nullopt, R"("a":"1")");
  delve.set_labels(7, "nonsense");
  delve.set_labels(7, R"("a":"1", "b":"2"... (3 more))");
  delve.set_labels(7, R"("c":"3")");

  const Snapshot s = delve.finish();

  ASSERT_EQ(s.label_sets.size(), 1U);
  EXPECT_EQ(s.label_sets[0].labels.size(), 2U);
  EXPECT_EQ(s.strings[s.label_sets[0].labels[1].second], "2");
}

TEST(DelveSnapshot, WhoIsCountedAndNotShownIsAGap) {
  DelveSnapshot delve = at_line_3();
  delve.add_row(row(7, "main.f"), 4);
  DelveRow unreadable;
  unreadable.unreadable = true;
  delve.add_row(unreadable, 5);
  delve.set_count(5);
  delve.cut_list();

  const Snapshot s = delve.finish();

  EXPECT_EQ(gaps_of(s),
            "line 3: the list says 5 goroutines, 2 are shown\n"
            "line 3: 1 goroutines were not readable to the debugger\n"
            "line 3: the list was cut short\n");
  EXPECT_EQ(s.origin.declared_total, 5U);
  EXPECT_FALSE(s.origin.complete);
}

TEST(DelveSnapshot, TotalsOfGroupsAreAddedUpWithinOneList) {
  DelveSnapshot delve = at_line_3();
  delve.add_row(row(7, "main.f"), 4);
  delve.end_group(6);
  delve.end_group(3);
  delve.end_list();
  delve.end_group(2);

  EXPECT_EQ(delve.finish().origin.declared_total, 9U);
}

TEST(DelveSnapshot, AnAbsurdTotalDoesNotOverflow) {
  DelveSnapshot delve = at_line_3();
  delve.add_row(row(7, "main.f"), 4);
  delve.end_group(UINT64_MAX);
  delve.end_group(UINT64_MAX);

  EXPECT_EQ(delve.finish().origin.declared_total, 2 * std::uint64_t{UINT32_MAX});
}

TEST(DelveSnapshot, HowAStackEndedIsSaid) {
  DelveSnapshot delve = at_line_3();
  EXPECT_FALSE(delve.cut_stack(StackEnd::broken));
  add_stack(delve, 7, {"main.f"});
  delve.cut_stack(StackEnd::truncated);
  add_stack(delve, 8, {"main.g"});
  delve.cut_stack(StackEnd::broken);

  EXPECT_EQ(
      gaps_of(delve.finish()),
      "line 3: 1 stacks were cut by the debugger (goroutines -t, stack: give a larger depth)\n"
      "line 3: 1 stacks could not be read to their end\n");
}

}  // namespace
}  // namespace goknot::source
