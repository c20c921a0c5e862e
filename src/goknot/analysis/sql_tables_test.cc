// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/sql_tables.h"

#include "tests/support/dumps.h"
#include "tests/support/shown.h"
#include "tests/support/sketch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

namespace goknot::analysis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing_support::read_dump;
using testing_support::shown;
using testing_support::sketch;

const SqlTable& table(std::string_view name) {
  return **std::ranges::find(sql_tables(), name, &SqlTable::name);
}

// A cell by the name of its column.
std::string cell(SqlWorld& world, std::string_view name, std::string_view column, std::size_t row) {
  const auto at = find_column(table(name), column);
  EXPECT_TRUE(at.has_value()) << column;
  return at ? shown(table(name).columns[*at].cell(world, row)) : "no such column";
}

// 1 runs, 7 and 9 wait for one lock.
std::string three() {
  return sketch(R"(
    1 [running]
      main.main() main.go:3
    7 [sync.Mutex.Lock, 14 minutes]
      lock 0xc000012050
      main.(*Cache).Get(0xc000012050) cache.go:9
      by main.main in 1
    9 [sync.Mutex.Lock]
      lock 0xc000012050
      main.(*Cache).Get(0xc000012050) cache.go:9
      by main.main in 1
  )");
}

TEST(SqlTables, NamesCanBeWrittenWithoutQuotes) {
  std::set<std::string_view> tables;
  for (const SqlTable* each : sql_tables()) {
    EXPECT_TRUE(tables.insert(each->name).second) << each->name;
    std::set<std::string_view> columns;
    for (const SqlColumn& column : each->columns) {
      EXPECT_TRUE(columns.insert(column.name).second) << each->name << "." << column.name;
      EXPECT_TRUE(std::ranges::all_of(column.name, [](unsigned char c) {
        return std::islower(c) != 0 || c == '_';
      })) << column.name;
    }
  }
}

TEST(SqlTables, TheFirstIsThatOfGoroutines) {
  EXPECT_EQ(sql_tables().front(), &goroutines_table());
  EXPECT_EQ(goroutines_table().name, "goroutines");
}

TEST(SqlTables, AColumnIsFoundByItsName) {
  EXPECT_EQ(find_column(goroutines_table(), "id"), 0U);
  EXPECT_EQ(find_column(goroutines_table(), "ID"), std::nullopt);
  EXPECT_EQ(find_column(goroutines_table(), ""), std::nullopt);
}

TEST(SqlTables, OfNothingEveryTableIsEmptyButThatOfTheOrigin) {
  const Snapshot nothing;
  SqlWorld world(nothing, nullptr);

  for (const SqlTable* each : sql_tables()) {
    EXPECT_EQ(each->size(world), each->name == "origin" ? 1U : 0U) << each->name;
    if (each->seek == nullptr) continue;
    EXPECT_THAT(each->seek(world, 1), IsEmpty()) << each->name;
  }
}

TEST(SqlTables, SeekingFindsTheRowsOfAGoroutine) {
  const Series series = read_dump(three());
  SqlWorld world(series.snapshots[0], nullptr);

  EXPECT_THAT(table("goroutines").seek(world, 7), ElementsAre(Pair(1, 2)));
  EXPECT_THAT(table("waits").seek(world, 9), ElementsAre(Pair(1, 2)));
  EXPECT_THAT(table("waits").seek(world, 1), ElementsAre(Pair(0, 0)));
  const auto frames = table("frames").seek(world, 7);
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_EQ(frames[0].first, 1U);
  for (std::size_t row = frames[0].first; row < frames[0].second; ++row) {
    EXPECT_EQ(cell(world, "frames", "goroutine", row), "7");
  }
}

TEST(SqlTables, AnIdThatStandsTwiceHasTwoRowsAndNoIdNone) {
  Snapshot s;
  s.goroutines.resize(4);
  s.goroutines[0].id = s.goroutines[3].id = 5;
  SqlWorld world(s, nullptr);

  EXPECT_THAT(world.rows_of(5), ElementsAre(0, 3));
  EXPECT_THAT(world.rows_of(6), IsEmpty());
  EXPECT_THAT(world.rows_of(Goroutine::kNoGoroutine), IsEmpty());
}

TEST(SqlTables, FramesAreCountedFromTheInnermostOfEachGoroutine) {
  const Series series = read_dump(three());
  SqlWorld world(series.snapshots[0], nullptr);
  const std::size_t depth = world.frame_starts()[2] - world.frame_starts()[1];

  EXPECT_EQ(table("frames").size(world), 1 + 2 * depth);
  EXPECT_EQ(cell(world, "frames", "depth", 0), "0");
  EXPECT_EQ(cell(world, "frames", "depth", 1), "0");
  EXPECT_EQ(cell(world, "frames", "depth", depth), std::to_string(depth - 1));
  EXPECT_EQ(cell(world, "frames", "function", depth), "\"main.(*Cache).Get\"");
  EXPECT_EQ(cell(world, "frames", "arguments", depth), "\"0xc000012050\"");
}

TEST(SqlTables, AGoroutineWithoutFramesHasNoRowsAmongThem) {
  Snapshot s;
  s.goroutines.resize(3);
  const FrameId frame[] = {s.stacks.add(Frame{})};
  s.goroutines[1].stack = s.stacks.add(frame);
  s.goroutines[1].id = 8;
  SqlWorld world(s, nullptr);

  EXPECT_EQ(table("frames").size(world), 1U);
  EXPECT_EQ(cell(world, "frames", "goroutine", 0), "8");
}

TEST(SqlTables, LikesCountThoseOnTheSameStack) {
  const Series series = read_dump(three());
  SqlWorld world(series.snapshots[0], nullptr);

  EXPECT_EQ(world.likes(0), 1U);
  EXPECT_EQ(world.likes(1), 2U);
  EXPECT_EQ(cell(world, "goroutines", "dups", 2), "2");
}

TEST(SqlTables, AWaitLeadsToItsObject) {
  const Series series = read_dump(three());
  SqlWorld world(series.snapshots[0], nullptr);

  EXPECT_EQ(table("objects").size(world), 1U);
  EXPECT_EQ(cell(world, "waits", "object", 0), cell(world, "objects", "id", 0));
  EXPECT_EQ(cell(world, "objects", "address", 0), "\"0xc000012050\"");
  EXPECT_EQ(cell(world, "waits", "operation", 1), "\"lock\"");
}

TEST(SqlTables, OfAnObjectOnlyWhatIsKnownOfItsInside) {
  Snapshot s;
  s.objects.resize(2);
  s.objects[0].state = 0;
  s.object_states.resize(1);
  s.object_states[0].closed = false;
  s.object_states[0].length = 0;
  SqlWorld world(s, nullptr);

  EXPECT_EQ(cell(world, "objects", "closed", 0), "false");
  EXPECT_EQ(cell(world, "objects", "length", 0), "0");
  EXPECT_EQ(cell(world, "objects", "capacity", 0), "NULL");
  EXPECT_EQ(cell(world, "objects", "closed", 1), "NULL");
}

TEST(SqlTables, AHoldSaysWhatShowsItAndHowSureThatIs) {
  Snapshot s;
  s.goroutines.resize(1);
  s.goroutines[0].id = 3;
  s.objects.resize(1);
  Hold& hold = s.holds.emplace_back();
  hold.object = ObjectId(0);
  hold.mode = Operation::rlock;
  hold.evidence = HoldEvidence::pending_unlock;
  hold.strength = HoldStrength::likely;
  SqlWorld world(s, nullptr);

  EXPECT_EQ(cell(world, "holds", "goroutine", 0), "3");
  EXPECT_EQ(cell(world, "holds", "mode", 0), "\"rlock\"");
  EXPECT_EQ(cell(world, "holds", "evidence", 0), "\"deferred call\"");
  EXPECT_EQ(cell(world, "holds", "exact", 0), "false");
}

TEST(SqlTables, AFindingWithoutACulpritHasNoPlace) {
  const Snapshot nothing;
  Diagnosis diagnosis;
  Finding& finding = diagnosis.findings.emplace_back();
  finding.rule = "self-lock";
  finding.roots = {7, 9};
  SqlWorld world(nothing, &diagnosis);

  EXPECT_EQ(table("findings").size(world), 1U);
  EXPECT_EQ(cell(world, "findings", "function", 0), "NULL");
  EXPECT_EQ(cell(world, "findings", "line", 0), "NULL");
  EXPECT_EQ(cell(world, "findings", "roots", 0), "\"[7,9]\"");
  EXPECT_EQ(cell(world, "findings", "age", 0), "NULL");
}

TEST(SqlTables, AnUnknownAgeIsADurationOfZeroForTheSmallLanguage) {
  const Series series = read_dump(three());
  SqlWorld world(series.snapshots[0], nullptr);

  EXPECT_EQ(cell(world, "goroutines", "age", 0), "NULL");
  EXPECT_EQ(cell(world, "goroutines", "duration", 0), "0");
  EXPECT_EQ(cell(world, "goroutines", "duration", 1), "14");
}

}  // namespace
}  // namespace goknot::analysis
