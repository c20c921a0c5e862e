// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/sql_cells.h"

#include "tests/support/dumps.h"
#include "tests/support/shown.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::analysis {
namespace {

using testing_support::read_dump;
using testing_support::shown;

// One goroutine with a detail of its own.
Snapshot with_detail(const GoroutineDetail& detail) {
  Snapshot s;
  s.goroutines.resize(1);
  s.details = {detail};
  return s;
}

TEST(SqlCells, WhatIsNotKnownIsNull) {
  EXPECT_EQ(shown(text("")), "NULL");
  EXPECT_EQ(shown(id_value(Goroutine::kNoGoroutine)), "NULL");
  EXPECT_EQ(shown(minutes_value(-1)), "NULL");
  EXPECT_EQ(shown(address_value(std::nullopt)), "NULL");
  EXPECT_EQ(shown(object_id(ObjectId())), "NULL");
  EXPECT_EQ(shown(line_value(Place())), "NULL");
}

TEST(SqlCells, ZeroIsKnown) {
  EXPECT_EQ(shown(id_value(0)), "0");
  EXPECT_EQ(shown(minutes_value(0)), "0");
  EXPECT_EQ(shown(address_value(0)), "\"0x0\"");
  EXPECT_EQ(shown(number(0)), "0");
}

TEST(SqlCells, ObjectsAreNumberedFromOne) {
  EXPECT_EQ(shown(object_id(ObjectId(0))), "1");
  EXPECT_EQ(shown(object_id(ObjectId(41))), "42");
}

TEST(SqlCells, AnAddressIsWrittenAsGoWritesIt) {
  EXPECT_EQ(shown(address_value(0xc000012345)), "\"0xc000012345\"");
  EXPECT_EQ(shown(address_value(~std::uint64_t{0})), "\"0xffffffffffffffff\"");
}

TEST(SqlCells, AListIsJson) {
  EXPECT_EQ(shown(list_value({})), "\"[]\"");
  EXPECT_EQ(shown(list_value({7})), "\"[7]\"");
  EXPECT_EQ(shown(list_value({7, -1, 9})), "\"[7,-1,9]\"");
}

TEST(SqlCells, OfASourceWithoutDetailsNothingIsKnown) {
  Snapshot s;
  s.goroutines.resize(1);

  for (const auto cell : {time_left_value, fd_value, thread_value, stack_used_value,
                          stack_reserved_value, heap_held_value, deferred_value, labels_value}) {
    EXPECT_EQ(shown(cell(s, 0)), "NULL");
  }
  EXPECT_EQ(shown(detail_text(s, 0, &GoroutineDetail::call)), "NULL");
}

TEST(SqlCells, OfADetailThatSaysNothingNothingIsKnown) {
  const Snapshot s = with_detail({});

  for (const auto cell : {time_left_value, fd_value, thread_value, stack_used_value,
                          stack_reserved_value, heap_held_value}) {
    EXPECT_EQ(shown(cell(s, 0)), "NULL");
  }
}

TEST(SqlCells, TheTimeLeftIsInMillisecondsAndMayBeOver) {
  GoroutineDetail detail;
  detail.time_left = 2'500'000;
  EXPECT_EQ(shown(time_left_value(with_detail(detail), 0)), "2");

  detail.time_left = -3'000'000;
  EXPECT_EQ(shown(time_left_value(with_detail(detail), 0)), "-3");
}

TEST(SqlCells, DescriptorZeroIsOneAndNoHeapHeldIsToo) {
  GoroutineDetail detail;
  detail.fd = 0;
  detail.heap_held = 0;

  EXPECT_EQ(shown(fd_value(with_detail(detail), 0)), "0");
  EXPECT_EQ(shown(heap_held_value(with_detail(detail), 0)), "0");
}

TEST(SqlCells, LabelsAreAJsonObject) {
  Snapshot s;
  s.goroutines.resize(1);
  s.goroutines[0].labels = LabelsId(0);
  s.label_sets.push_back(
      {{{s.strings.add("a\"b"), s.strings.add("1")}, {s.strings.add("c"), s.strings.add("")}}});

  EXPECT_EQ(shown(labels_value(s, 0)), R"("{"a\"b":"1","c":""}")");
}

TEST(SqlCells, DeferredCallsAreThoseOfTheRow) {
  Snapshot s;
  s.goroutines.resize(3);
  s.deferred = {{0, 0, s.strings.add("main.a")},
                {2, 1, s.strings.add("main.b")},
                {2, 0, s.strings.add("main.c")}};

  EXPECT_EQ(shown(deferred_value(s, 0)), R"("["main.a"]")");
  EXPECT_EQ(shown(deferred_value(s, 1)), "NULL");
  EXPECT_EQ(shown(deferred_value(s, 2)), R"("["main.b","main.c"]")");
}

TEST(SqlCells, AGoroutineWithoutAStatusIsUnknown) {
  Snapshot s;
  s.goroutines.resize(1);

  EXPECT_EQ(status_of(s, 0), "unknown");
}

TEST(SqlCells, ATraceIsWhatGoPrints) {
  const Series series = read_dump(R"(goroutine 7 [select]:
main.(*Hub).work(0xc000012345, {0x1?, 0x2})
	/src/a.go:9 +0x1d
main.inner(...)
	/src/a.go:12
created by main.main in goroutine 1
	/src/m.go:3 +0x8d
)");
  const Snapshot& s = series.snapshots[0];

  EXPECT_EQ(trace_of(s, 0),
            "main.(*Hub).work(0xc000012345, {0x1?, 0x2})\n\t/src/a.go:9 +0x1d\n"
            "main.inner(...)\n\t/src/a.go:12\n"
            "created by main.main in goroutine 1\n\t/src/m.go:3\n");
  EXPECT_EQ(trace_lines(s, 0), 7U);
  EXPECT_EQ(depth_of(s, 0), 2U);
}

TEST(SqlCells, AGoroutineWithoutAStackHasAHeaderAlone) {
  Snapshot s;
  s.goroutines.resize(1);

  EXPECT_EQ(trace_of(s, 0), "");
  EXPECT_EQ(trace_lines(s, 0), 1U);
  EXPECT_EQ(depth_of(s, 0), 0U);
}

TEST(SqlCells, ThePlaceOfAGroupIsTheFirstOfTheUsersOwn) {
  GroupView group;
  EXPECT_EQ(place_of_interest(group).function, "");

  group.frames = {{"net/http.(*conn).serve", "server.go", 1}, {"sync.(*Mutex).Lock", "m.go", 2}};
  EXPECT_EQ(place_of_interest(group).function, "net/http.(*conn).serve");

  group.frames.push_back({"main.run", "main.go", 3});
  group.frames.push_back({"main.main", "main.go", 4});
  EXPECT_EQ(place_of_interest(group).function, "main.run");
}

TEST(SqlCells, TheMinutesOfAGroupMayNotBeKnown) {
  GroupView group;
  EXPECT_EQ(shown(least_minutes(group)), "NULL");

  group.wait_minutes = {0, 14};
  EXPECT_EQ(shown(least_minutes(group)), "0");
  EXPECT_EQ(shown(most_minutes(group)), "14");
}

}  // namespace
}  // namespace goknot::analysis
