// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/table_lines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <string>

namespace goknot::output {
namespace {

std::string drawn(const Table& table, std::size_t width) {
  OutputOptions options;
  options.color = Color::never;
  StringSink sink;
  EXPECT_TRUE(write_table(table, Pen(options), width, sink));
  return sink.text();
}

// A table with such titles.
Table table_of(std::initializer_list<const char*> titles) {
  Table table;
  for (const char* title : titles) table.columns.emplace_back().title = title;
  return table;
}

TEST(TableLines, NumbersStandAtTheRightOfTheirColumn) {
  Table table = table_of({"id", "state"});
  table.rows = {{std::int64_t{7}, std::string("idle")}, {std::int64_t{1234}, std::string("x")}};

  EXPECT_EQ(drawn(table, 80), "  id  state\n   7  idle\n1234  x\n");
}

TEST(TableLines, AColumnWithoutATitleIsForPrograms) {
  Table table = table_of({"id", "", "state"});
  table.rows = {{std::int64_t{7}, std::string("secret"), std::string("idle")}};

  EXPECT_EQ(drawn(table, 80), "id  state\n 7  idle\n");
}

TEST(TableLines, TheWidestColumnIsShortenedUntilTheRowFits) {
  Table table = table_of({"id", "where"});
  table.rows = {{std::int64_t{7}, std::string(60, 'x')}};

  const std::string text = drawn(table, 30);

  EXPECT_EQ(width_of(text.substr(text.find('\n') + 1, text.rfind('\n') - text.find('\n') - 1)),
            30U);
  EXPECT_TRUE(drawn(table, 0).contains(std::string(60, 'x')));
}

TEST(TableLines, ARowMayHaveFewerCellsThanTheTable) {
  Table table = table_of({"id", "state"});
  table.rows = {{std::int64_t{7}}};

  EXPECT_EQ(drawn(table, 80), "id  state\n 7\n");
}

TEST(TableLines, NothingInACellReachesTheTerminal) {
  Table table = table_of({"state"});
  table.rows = {{std::string("a\x1b[2Jb\nc")}};

  const std::string text = drawn(table, 80);

  EXPECT_FALSE(text.contains('\x1b'));
  EXPECT_EQ(std::ranges::count(text, '\n'), 2);
}

}  // namespace
}  // namespace goknot::output
