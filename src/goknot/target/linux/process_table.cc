// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/process_table.h"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot::target {

namespace {

// A text, or nothing where there is none: null in JSON.
Value text_or_nothing(std::string_view text) {
  if (text.empty()) return std::monostate();
  return std::string(text);
}

std::string_view last_part(std::string_view path) {
  return path.substr(path.find_last_of('/') + 1);
}

// What people call it: the file that runs, and the library that brings Go along.
std::string program_of(const GoProcess& process) {
  const std::string& path = process.process.executable;
  std::string name = path.empty() ? process.process.name : std::string(last_part(path));
  if (process.library) name += " (" + std::string(last_part(process.file)) + ")";
  if (process.process.executable_deleted) name += " (deleted)";
  return name;
}

// "yes", "yes, stopped by a signal", "of another user".
std::string readable_words(const GoProcess& process) {
  if (process.refusal) return std::string(words_of(*process.refusal));
  const std::string standstill = process.process.standstill();
  return standstill.empty() ? "yes" : "yes, " + standstill;
}

Minutes minutes_of(std::chrono::milliseconds time) {
  const auto minutes = std::chrono::floor<std::chrono::minutes>(time).count();
  return {static_cast<std::int32_t>(
      std::min<std::int64_t>(minutes, std::numeric_limits<std::int32_t>::max()))};
}

Value container_of(const Process& process) {
  if (!process.cgroup.container) return std::monostate();
  return process.cgroup.container->short_name();
}

// Only programs see these: texts as they are.
void add_details(std::vector<Value>& row, const GoProcess& process) {
  const auto& container = process.process.cgroup.container;
  row.emplace_back(!process.refusal);
  row.push_back(text_or_nothing(process.file));
  row.push_back(text_or_nothing(process.build.module));
  row.push_back(text_or_nothing(process.build.module_version));
  row.push_back(text_or_nothing(process.build.setting("vcs.revision")));
  row.emplace_back(static_cast<std::int64_t>(process.process.threads));
  row.push_back(text_or_nothing(container ? container->id : ""));
  row.push_back(text_or_nothing(container ? container->pod : ""));
}

std::vector<Value> row_of(const GoProcess& process, const GoroutineCounter& count) {
  std::vector<Value> row = {std::int64_t{process.process.pid}, process.process.user_name,
                            program_of(process), text_or_nothing(process.build.version)};
  if (count) {
    const auto goroutines = process.refusal ? std::nullopt : count(process);
    row.push_back(goroutines ? Value(static_cast<std::int64_t>(*goroutines)) : Value());
  }
  row.emplace_back(minutes_of(process.process.uptime));
  row.emplace_back(Bytes{process.process.rss_bytes});
  row.push_back(container_of(process.process));
  row.emplace_back(readable_words(process));
  add_details(row, process);
  return row;
}

}  // namespace

Table process_table(const ProcessList& list, const GoroutineCounter& count) {
  Table table{.name = "processes", .title = "", .columns = {}, .rows = {}};
  table.columns = {{"pid", "PID"}, {"user", "USER"}, {"program", "PROGRAM"}, {"go", "GO"}};
  if (count) table.columns.push_back({"goroutines", "GOROUTINES"});
  const Column rest[] = {{"uptime", "UPTIME"},
                         {"rss", "MEMORY"},
                         {"container", "CONTAINER"},
                         {"can_be_read", "CAN BE READ"},
                         {"readable", ""},
                         {"file", ""},
                         {"module", ""},
                         {"module_version", ""},
                         {"revision", ""},
                         {"threads", ""},
                         {"container_id", ""},
                         {"pod", ""}};
  table.columns.insert(table.columns.end(), std::begin(rest), std::end(rest));
  for (const GoProcess& process : list.processes) table.rows.push_back(row_of(process, count));
  return table;
}

}  // namespace goknot::target
