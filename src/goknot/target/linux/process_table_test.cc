// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/process_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace goknot::target {

namespace {

ProcessList hub() {
  GoProcess hub;
  hub.process.pid = 812;
  hub.process.user_name = "alice";
  hub.process.executable = "/srv/hub";
  hub.process.uptime = std::chrono::seconds(185);
  hub.process.rss_bytes = 4096;
  hub.file = "/srv/hub";
  hub.build.version = "go1.26.8";
  return {.processes = {hub}, .seen = 1, .hidden = 0, .as_admin = false};
}

// The value of a column of the first row.
Value value_of(const Table& table, std::string_view name) {
  const auto column = std::ranges::find(table.columns, name, &Column::name);
  if (column == table.columns.end()) return std::string("no such column");
  return table.rows.at(0).at(static_cast<std::size_t>(column - table.columns.begin()));
}

std::string text_of(const Table& table, std::string_view name) {
  const Value value = value_of(table, name);
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? "" : *text;
}

TEST(ProcessTable, ARowHasAsManyValuesAsThereAreColumns) {
  const GoroutineCounter counter = [](const GoProcess&) { return 7; };

  for (const Table& table : {process_table(hub()), process_table(hub(), counter)}) {
    ASSERT_EQ(table.rows.size(), 1U);
    EXPECT_EQ(table.rows[0].size(), table.columns.size());
  }
}

TEST(ProcessTable, AProcessIsTold) {
  const Table table = process_table(hub());

  EXPECT_EQ(std::get<std::int64_t>(value_of(table, "pid")), 812);
  EXPECT_EQ(text_of(table, "program"), "hub");
  EXPECT_EQ(text_of(table, "go"), "go1.26.8");
  EXPECT_EQ(std::get<Minutes>(value_of(table, "uptime")).value, 3);
  EXPECT_EQ(text_of(table, "can_be_read"), "yes");
  EXPECT_TRUE(std::get<bool>(value_of(table, "readable")));
  EXPECT_EQ(text_of(table, "goroutines"), "no such column");
}

TEST(ProcessTable, GoroutinesAreCountedWhereTheyCanBeRead) {
  ProcessList list = hub();
  const GoroutineCounter counter = [](const GoProcess&) { return 70'214; };

  EXPECT_EQ(std::get<std::int64_t>(value_of(process_table(list, counter), "goroutines")), 70'214);
  list.processes[0].refusal = Refusal::other_user;
  EXPECT_TRUE(
      std::holds_alternative<std::monostate>(value_of(process_table(list, counter), "goroutines")));
}

TEST(ProcessTable, ARefusalIsSaidInAFewWords) {
  ProcessList list = hub();
  list.processes[0].refusal = Refusal::not_dumpable;

  EXPECT_EQ(text_of(process_table(list), "can_be_read"), "not dumpable");
  EXPECT_FALSE(std::get<bool>(value_of(process_table(list), "readable")));
}

TEST(ProcessTable, LibrariesStoppedAndDeletedProgramsAreMarked) {
  ProcessList list = hub();
  list.processes[0].library = true;
  list.processes[0].file = "/usr/lib/libhub.so";
  list.processes[0].process.executable_deleted = true;
  list.processes[0].process.state = TaskState::stopped;

  const Table table = process_table(list);

  EXPECT_EQ(text_of(table, "program"), "hub (libhub.so) (deleted)");
  EXPECT_EQ(text_of(table, "can_be_read"), "yes, stopped by a signal");
}

}  // namespace

}  // namespace goknot::target
