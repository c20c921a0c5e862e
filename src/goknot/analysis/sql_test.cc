// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/sql.h"

#include "goknot/analysis/sql_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace goknot::analysis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Three goroutines: 1 in select for 14 minutes, 7 and 9 on one stack, 9 waiting for a channel.
Snapshot three() {
  Snapshot s;
  const auto frame = [&s](std::string_view function, std::uint32_t line) {
    return s.stacks.add(
        {.function = s.strings.add(function), .file = s.strings.add("/src/a.go"), .line = line});
  };
  const FrameId main[] = {frame("main.main", 3)};
  const FrameId work[] = {frame("internal/poll.wait", 8), frame("main.(*Hub).work", 9)};
  const StackId one = s.stacks.add(main);
  const StackId two = s.stacks.add(work);
  const auto add = [&s](std::int64_t id, StackId stack, std::string_view status) {
    Goroutine& goroutine = s.goroutines.emplace_back();
    goroutine.id = id;
    goroutine.stack = stack;
    goroutine.status = s.strings.add(status);
  };
  add(1, one, "select");
  add(7, two, "chan receive");
  add(9, two, "chan receive");
  s.goroutines[0].wait_minutes = 14;
  WaitObject& channel = s.objects.emplace_back();
  channel.kind = ObjectKind::channel;
  channel.address = 0xc000012345;
  Wait& wait = s.waits.emplace_back();
  wait.goroutine = 2;
  wait.object = ObjectId(0);
  wait.kind = ObjectKind::channel;
  wait.operation = Operation::receive;
  return s;
}

// The first column of an answer as text, or the error.
std::vector<std::string> answer(std::string_view sql, const SqlLimits& limits = {}) {
  const Snapshot snapshot = three();
  const auto table = query(snapshot, Diagnosis(), sql, limits);
  if (!table) return {"error: " + table.error().message};
  std::vector<std::string> cells;
  for (const auto& row : table->rows) {
    const Value& cell = row.front();
    if (const auto* text = std::get_if<std::string>(&cell)) cells.push_back(*text);
    if (const auto* number = std::get_if<std::int64_t>(&cell))
      cells.push_back(std::to_string(*number));
    if (std::holds_alternative<std::monostate>(cell)) cells.emplace_back("NULL");
  }
  return cells;
}

std::vector<std::uint32_t> rows_where(std::string_view condition) {
  const Snapshot snapshot = three();
  const auto rows = select_goroutines(snapshot, condition);
  EXPECT_TRUE(rows.has_value()) << rows.error().message;
  return rows.value_or(std::vector<std::uint32_t>());
}

TEST(Sql, GoroutinesCanBeSelectedAndCounted) {
  EXPECT_THAT(answer("select id from goroutines where age > 10"), ElementsAre("1"));
  EXPECT_THAT(answer("select state || ' ' || count(*) from goroutines group by state order by 1"),
              ElementsAre("chan receive 2", "select 1"));
}

TEST(Sql, WhatIsNotKnownIsNull) {
  EXPECT_THAT(answer("select age from goroutines where id = 7"), ElementsAre("NULL"));
}

TEST(Sql, FramesAreFoundByGoroutine) {
  EXPECT_THAT(answer("select function from frames where goroutine = 9 order by depth"),
              ElementsAre("internal/poll.wait", "main.(*Hub).work"));
}

TEST(Sql, AGoroutineThatIsNotThereHasNoRows) {
  EXPECT_THAT(answer("select id from goroutines where id = 8"), IsEmpty());
  EXPECT_THAT(answer("select id from goroutines where id = 7.5"), IsEmpty());
  EXPECT_THAT(answer("select id from goroutines where id = 'seven'"), IsEmpty());
}

TEST(Sql, TablesCanBeJoined) {
  EXPECT_THAT(answer("select g.id || ' ' || o.address from goroutines g join waits w on "
                     "w.goroutine = g.id join objects o on o.id = w.object"),
              ElementsAre("9 0xc000012345"));
}

TEST(Sql, EveryTableAnswersToSelectAll) {
  for (const SqlTable* table : sql_tables()) {
    const auto rows =
        answer("select count(*) from (select * from " + std::string(table->name) + ")");
    ASSERT_EQ(rows.size(), 1U) << table->name;
    EXPECT_THAT(rows.front(), testing::Not(HasSubstr("error"))) << table->name;
  }
}

class Forbidden : public testing::TestWithParam<const char*> {};

TEST_P(Forbidden, IsRefused) {
  const Snapshot snapshot = three();

  const auto table = query(snapshot, Diagnosis(), GetParam());

  ASSERT_FALSE(table.has_value());
  EXPECT_EQ(table.error().kind, Kind::usage) << table.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Sql, Forbidden,
    testing::Values("attach '/tmp/x.db' as x", "detach main", "pragma database_list",
                    "pragma writable_schema=1", "vacuum", "vacuum into '/tmp/x.db'",
                    "create table t(a)", "create temp table t(a)", "create view v as select 1",
                    "create virtual table t using frames", "drop table goroutines",
                    "insert into goroutines(id) values (1)", "update goroutines set id = 1",
                    "delete from goroutines", "begin", "commit", "savepoint a", "reindex",
                    "analyze", "explain select 1", "explain query plan select 1",
                    "select load_extension('x')", "select randomblob(1000000000)",
                    "select zeroblob(1000000000)", "select readfile('/etc/passwd')",
                    "select writefile('/tmp/x', 'y')", "select fts3_tokenizer('x')",
                    "select sqlite_version()", "select * from pragma_database_list",
                    "select replace(hex(1), '3', '4')", "select 1; select 2", "", ";", "nonsense"));

TEST(Sql, AnEndlessQueryIsEnded) {
  const Snapshot snapshot = three();

  const auto table = query(snapshot, Diagnosis(),
                           "with recursive r(n) as (select 1 union all select n + 1 from r) "
                           "select count(*) from r",
                           {.time = std::chrono::milliseconds(50)});

  ASSERT_FALSE(table.has_value());
  EXPECT_EQ(table.error().kind, Kind::interrupted);
}

TEST(Sql, TooManyRowsAreAnError) {
  EXPECT_THAT(answer("with recursive r(n) as (select 1 union all select n + 1 from r limit 100) "
                     "select n from r",
                     {.rows = 10}),
              ElementsAre(HasSubstr("more rows")));
}

TEST(Sql, AQueryThatWantsTooMuchMemoryIsAnError) {
  const Snapshot snapshot = three();

  const auto table = query(snapshot, Diagnosis(),
                           "with recursive r(n) as (select 1 union all select n + 1 from r limit "
                           "1000000) select group_concat(n || 'xxxxxxxxxxxxxxxxxxxxxxxx') from r",
                           {.memory = std::size_t{8} << 20U});

  EXPECT_FALSE(table.has_value());
}

TEST(Sql, AMistakeHasACaretBelowIt) {
  const Snapshot snapshot = three();

  const auto table = query(snapshot, Diagnosis(), "select colour from goroutines");

  ASSERT_FALSE(table.has_value());
  EXPECT_EQ(table.error().hint, "select colour from goroutines\n       ^");
}

TEST(SqlWhere, TakesSqlAndTheSmallLanguage) {
  EXPECT_THAT(rows_where("age > 10 or id = 9"), ElementsAre(0, 2));
  EXPECT_THAT(rows_where("duration > 10 || id == 9"), ElementsAre(0, 2));
}

TEST(SqlWhere, SqlMayHaveTextsInDoubleQuotes) {
  EXPECT_THAT(rows_where("state like \"chan%\""), ElementsAre(1, 2));
}

TEST(SqlWhere, KnowsTheFieldsOfGoroutineInspect) {
  EXPECT_THAT(rows_where("dups == 2"), ElementsAre(1, 2));
  EXPECT_THAT(rows_where("duration == 0"), ElementsAre(1, 2));
  EXPECT_THAT(rows_where("lines == 3"), ElementsAre(0));
  EXPECT_THAT(rows_where("contains(trace, 'a.go:9')"), ElementsAre(1, 2));
  EXPECT_THAT(rows_where("upper(state) == \"SELECT\""), ElementsAre(0));
}

TEST(SqlWhere, MatchesRegularExpressions) {
  EXPECT_THAT(rows_where("trace =~ 'Hub\\).w.rk'"), ElementsAre(1, 2));
  EXPECT_THAT(rows_where("trace !~ 'Hub'"), ElementsAre(0));
}

TEST(SqlWhere, ABadRegularExpressionIsAnError) {
  const Snapshot snapshot = three();

  const auto rows = select_goroutines(snapshot, "trace =~ '('");

  ASSERT_FALSE(rows.has_value());
  EXPECT_THAT(rows.error().message, HasSubstr("regular expression"));
}

TEST(SqlWhere, AConditionThatGoesOnAsAQueryIsRefused) {
  const Snapshot snapshot = three();

  EXPECT_FALSE(select_goroutines(snapshot, "1 union select 99").has_value());
  EXPECT_FALSE(select_goroutines(snapshot, "1 union select 'x'").has_value());
}

TEST(SqlWhere, AMistakeIsShownInTheConditionAsItWasWritten) {
  const Snapshot snapshot = three();

  const auto rows = select_goroutines(snapshot, "colour > 3");

  ASSERT_FALSE(rows.has_value());
  EXPECT_EQ(rows.error().hint, "colour > 3\n^");
}

}  // namespace
}  // namespace goknot::analysis
