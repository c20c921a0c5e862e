// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/sql_module.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>
#include <vector>

namespace goknot::analysis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Five goroutines with the ids 1, 2, 2, none, 3; each has as many frames as its row's number.
Snapshot five() {
  Snapshot s;
  s.goroutines.resize(5);
  std::vector<FrameId> frames;
  for (std::size_t row = 0; row < 5; row++) {
    constexpr std::int64_t kIds[] = {1, 2, 2, Goroutine::kNoGoroutine, 3};
    s.goroutines[row].id = kIds[row];
    if (row > 0) frames.push_back(s.stacks.add(Frame()));
    s.goroutines[row].stack = s.stacks.add(frames);
  }
  return s;
}

class SqlModule : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(sqlite3_open(":memory:", &connection_), SQLITE_OK);
    ASSERT_EQ(add_tables(connection_, world_), SQLITE_OK);
  }
  void TearDown() override { EXPECT_EQ(sqlite3_close(connection_), SQLITE_OK); }

  // The last column of every row; the error as a row of its own.
  std::vector<std::string> answer(const std::string& sql) {
    std::vector<std::string> rows;
    const auto add = [](void* to, int count, char** cells, char**) {
      static_cast<std::vector<std::string>*>(to)->emplace_back(
          cells[count - 1] == nullptr ? "NULL" : cells[count - 1]);
      return 0;
    };
    char* message = nullptr;
    sqlite3_exec(connection_, sql.c_str(), add, &rows, &message);
    if (message != nullptr) rows.emplace_back(message);
    sqlite3_free(message);
    return rows;
  }

  Snapshot snapshot_ = five();
  SqlWorld world_{snapshot_, nullptr};
  sqlite3* connection_ = nullptr;
};

TEST_F(SqlModule, EveryRowIsWalkedOnceAndInOrder) {
  EXPECT_THAT(answer("select id from goroutines"), ElementsAre("1", "2", "2", "NULL", "3"));
}

TEST_F(SqlModule, SeekingFindsWhatWalkingFinds) {
  for (const std::string id :
       {"0", "1", "2", "3", "4", "-1", "'2'", "2.0", "2.5", "'x'", "NULL", "9223372036854775807"}) {
    EXPECT_EQ(answer("select rowid from goroutines where id = " + id),
              answer("select rowid from goroutines where +id = " + id))
        << id;
  }
}

TEST_F(SqlModule, TheFirstColumnIsSought) {
  EXPECT_THAT(answer("explain query plan select 1 from goroutines where id = 2"),
              ElementsAre(HasSubstr("INDEX 1:")));
  EXPECT_THAT(answer("explain query plan select 1 from goroutines where age = 2"),
              ElementsAre(HasSubstr("INDEX 0:")));
  EXPECT_THAT(answer("explain query plan select 1 from goroutines where id > 2"),
              ElementsAre(HasSubstr("INDEX 0:")));
}

TEST_F(SqlModule, RowsOfSeveralRangesAreAllFound) {
  EXPECT_THAT(answer("select depth from frames where goroutine = 2"), ElementsAre("0", "0", "1"));
  EXPECT_THAT(answer("select depth from frames where goroutine = 1"), IsEmpty());
}

TEST_F(SqlModule, AJoinSeeksForEachRow) {
  EXPECT_THAT(answer("select count(*) from goroutines g join frames f on f.goroutine = g.id "
                     "group by g.id order by g.id"),
              ElementsAre("6", "4"));
}

TEST_F(SqlModule, HiddenColumnsAreThereOnlyByName) {
  EXPECT_THAT(answer("select status from goroutines limit 1"), ElementsAre("unknown"));
  EXPECT_THAT(answer("select name from pragma_table_info('goroutines')"),
              Not(testing::Contains("status")));
}

TEST_F(SqlModule, NothingCanBeWritten) {
  EXPECT_THAT(answer("delete from goroutines"), ElementsAre(HasSubstr("may not be modified")));
  EXPECT_THAT(answer("insert into gaps values (1, 2, 3)"),
              ElementsAre(HasSubstr("may not be modified")));
  EXPECT_THAT(answer("create virtual table t using goroutines"), Not(IsEmpty()));
}

TEST_F(SqlModule, ATableMayBeWalkedTwiceAtOnce) {
  EXPECT_THAT(answer("select count(*) from goroutines a, goroutines b"), ElementsAre("25"));
}

}  // namespace
}  // namespace goknot::analysis
