// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/sql_cells.h"

#include "goknot/analysis/goroutine_table.h"
#include "goknot/base/json.h"
#include "goknot/model/function_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace goknot::analysis {

namespace {

std::span<const FrameId> frames_of(const Snapshot& snapshot, std::size_t row) {
  const StackId stack = snapshot.goroutines[row].stack;
  return stack ? snapshot.stacks.frames(stack) : std::span<const FrameId>();
}

}  // namespace

Value text(std::string_view text) { return text.empty() ? Value() : Value(std::string(text)); }

Value id_value(std::int64_t id) { return id < 0 ? Value() : Value(id); }

Value minutes_value(std::int32_t minutes) { return minutes < 0 ? Value() : number(minutes); }

Value address_value(std::optional<std::uint64_t> address) {
  return address ? Value(fmt::format("{:#x}", *address)) : Value();
}

Value object_id(ObjectId id) { return id ? number(id.index() + 1) : Value(); }

Value list_value(const std::vector<std::int64_t>& numbers) {
  std::string text = "[";
  for (const std::int64_t number : numbers) {
    text += (text.size() > 1 ? "," : "") + std::to_string(number);
  }
  return text + "]";
}

Value function_value(const Place& place) { return text(place.function); }
Value file_value(const Place& place) { return text(place.file); }
Value line_value(const Place& place) { return place.line == 0 ? Value() : number(place.line); }

std::string status_of(const Snapshot& snapshot, std::size_t row) {
  const std::string_view status = snapshot.strings[snapshot.goroutines[row].status];
  return std::string(status.empty() ? "unknown" : status);
}

Value waits_value(const Snapshot& snapshot, std::size_t row) {
  return text(waits_for(snapshot, static_cast<std::uint32_t>(row)));
}

Value labels_value(const Snapshot& snapshot, std::size_t row) {
  const LabelsId labels = snapshot.goroutines[row].labels;
  if (!labels) return {};
  Json object = Json::object();
  for (const auto& [key, value] : snapshot.label_sets[labels.index()].labels) {
    object.set(snapshot.strings[key], snapshot.strings[value]);
  }
  return object.dump();
}

Value time_left_value(const Snapshot& snapshot, std::size_t row) {
  constexpr std::int64_t kMillisecond = 1'000'000;
  const GoroutineDetail* detail = snapshot.detail(row);
  return detail != nullptr && detail->time_left ? number(*detail->time_left / kMillisecond)
                                                : Value();
}

Value fd_value(const Snapshot& snapshot, std::size_t row) {
  const GoroutineDetail* detail = snapshot.detail(row);
  return detail != nullptr && detail->fd >= 0 ? number(detail->fd) : Value();
}

Value detail_text(const Snapshot& snapshot, std::size_t row, StringId GoroutineDetail::* field) {
  const GoroutineDetail* detail = snapshot.detail(row);
  return detail != nullptr ? text(snapshot.strings[detail->*field]) : Value();
}

Value deferred_value(const Snapshot& snapshot, std::size_t row) {
  Json calls = Json::array();
  for (const DeferredCall& call :
       std::ranges::equal_range(snapshot.deferred, row, {}, &DeferredCall::goroutine)) {
    calls.push_back(snapshot.strings[call.function]);
  }
  return calls.size() == 0 ? Value() : Value(calls.dump());
}

Value thread_value(const Snapshot& snapshot, std::size_t row) {
  const GoroutineDetail* detail = snapshot.detail(row);
  return detail != nullptr && detail->thread > 0 ? number(detail->thread) : Value();
}

Value stack_used_value(const Snapshot& snapshot, std::size_t row) {
  const GoroutineDetail* detail = snapshot.detail(row);
  return detail != nullptr && detail->stack_used > 0 ? number(detail->stack_used) : Value();
}

Value stack_reserved_value(const Snapshot& snapshot, std::size_t row) {
  const GoroutineDetail* detail = snapshot.detail(row);
  return detail != nullptr && detail->stack_reserved > 0 ? number(detail->stack_reserved) : Value();
}

Value heap_held_value(const Snapshot& snapshot, std::size_t row) {
  const GoroutineDetail* detail = snapshot.detail(row);
  return detail != nullptr && detail->heap_held ? number(*detail->heap_held) : Value();
}

std::size_t depth_of(const Snapshot& snapshot, std::size_t row) {
  return frames_of(snapshot, row).size();
}

Place place_of_row(SqlWorld& world, std::size_t row) {
  return place_of_interest(world.snapshot(), world.snapshot().goroutines[row].stack);
}

Place creator_of_row(SqlWorld& world, std::size_t row) {
  return place_of(world.snapshot(), world.snapshot().goroutines[row].creator);
}

std::string trace_of(const Snapshot& snapshot, std::size_t row) {
  const Goroutine& goroutine = snapshot.goroutines[row];
  std::string text;
  std::size_t depth = 0;
  for (const FrameId id : frames_of(snapshot, row)) {
    const Frame& frame = snapshot.stacks[id];
    text += fmt::format("{}({})\n\t{}:{}", snapshot.strings[frame.function],
                        frame.inlined ? "..." : snapshot.argument_text(goroutine, depth),
                        snapshot.strings[frame.file], frame.line);
    if (frame.offset > 0) text += fmt::format(" +{:#x}", frame.offset);
    text += "\n";
    depth++;
  }
  if (!goroutine.creator) return text;
  text += fmt::format("created by {}", snapshot.function(goroutine.creator));
  if (goroutine.parent > 0) text += fmt::format(" in goroutine {}", goroutine.parent);
  return text + fmt::format("\n\t{}:{}\n", snapshot.file(goroutine.creator),
                            snapshot.stacks[goroutine.creator].line);
}

std::size_t trace_lines(const Snapshot& snapshot, std::size_t row) {
  const std::size_t creator = snapshot.goroutines[row].creator ? 2 : 0;
  return 2 * depth_of(snapshot, row) + creator + 1;
}

Value least_minutes(const GroupView& group) {
  return group.wait_minutes ? minutes_value(group.wait_minutes->first) : Value();
}

Value most_minutes(const GroupView& group) {
  return group.wait_minutes ? minutes_value(group.wait_minutes->second) : Value();
}

Place place_of_interest(const GroupView& group) {
  const auto own = std::ranges::find_if(
      group.frames, [](const Place& place) { return !is_standard_function(place.function); });
  if (own != group.frames.end()) return *own;
  return group.frames.empty() ? Place() : group.frames.front();
}

Place creator_of(const GroupView& group) { return group.created_by.value_or(Place()); }

}  // namespace goknot::analysis
