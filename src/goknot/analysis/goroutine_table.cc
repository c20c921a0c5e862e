// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/goroutine_table.h"

#include "goknot/base/quantity.h"
#include "goknot/model/function_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace goknot::analysis {

namespace {

// A select may wait for hundreds of channels.
constexpr std::size_t kNamedObjects = 3;

std::string_view status_of(const Snapshot& snapshot, const Goroutine& goroutine) {
  const std::string_view status = snapshot.strings[goroutine.status];
  return status.empty() ? "unknown" : status;
}

Value creator_of(const Snapshot& snapshot, const Goroutine& goroutine) {
  if (!goroutine.creator) return {};
  return place_of(snapshot, goroutine.creator);
}

Value text_or_nothing(std::string text) { return text.empty() ? Value() : Value(std::move(text)); }

// ", 4 h 59 min left": until a sleep or a deadline ends.
std::string time_left_words(const Snapshot& snapshot, std::uint32_t row) {
  const GoroutineDetail* const detail = snapshot.detail(row);
  if (detail == nullptr || detail->time_left.value_or(-1) < 0) return {};
  constexpr double kSecond = 1e9;
  return fmt::format(", {} left",
                     spoken_seconds(static_cast<double>(*detail->time_left) / kSecond));
}

// Whether a source tells goroutines apart; if not, rows have counts.
bool has_ids(const Snapshot& snapshot, std::span<const std::uint32_t> rows) {
  return std::ranges::any_of(
      rows, [&snapshot](std::uint32_t row) { return snapshot.goroutines[row].id >= 0; });
}

template <typename Key>
void sort_by(std::vector<std::uint32_t>& rows, Key key) {
  std::ranges::stable_sort(rows, {}, key);
}

}  // namespace

Place place_of(const Snapshot& snapshot, FrameId frame) {
  if (!frame) return {};
  return {std::string(snapshot.function(frame)), std::string(snapshot.file(frame)),
          snapshot.stacks[frame].line};
}

Place place_of_interest(const Snapshot& snapshot, StackId stack) {
  if (!stack) return {};
  const std::span<const FrameId> frames = snapshot.stacks.frames(stack);
  const auto own = std::ranges::find_if(frames, [&snapshot](FrameId frame) {
    return !is_standard_function(snapshot.function(frame));
  });
  if (own != frames.end()) return place_of(snapshot, *own);
  return frames.empty() ? Place() : place_of(snapshot, frames.front());
}

// Of a goroutine that runs there is no stack, only the function it was started with.
Place place_of_row(const Snapshot& snapshot, std::uint32_t row) {
  Place place = place_of_interest(snapshot, snapshot.goroutines[row].stack);
  const GoroutineDetail* const detail = snapshot.detail(row);
  if (place.function.empty() && detail != nullptr) return place_of(snapshot, detail->start);
  return place;
}

std::string object_words(const Snapshot& snapshot, ObjectId id) {
  if (!id) return {};
  const WaitObject& object = snapshot.objects[id.index()];
  const std::string_view kind = object_kind_name(object.kind);
  const std::string_view name = snapshot.strings[object.name];
  if (!name.empty()) return fmt::format("{} {}", kind, name);
  return object.address ? fmt::format("{} {:#x}", kind, *object.address) : std::string(kind);
}

std::string waits_for(const Snapshot& snapshot, std::uint32_t row) {
  std::string text;
  std::size_t named = 0;
  for (const Wait& wait : std::ranges::equal_range(snapshot.waits, row, {}, &Wait::goroutine)) {
    if (named++ == kNamedObjects) return text + ", …";
    std::string words = object_words(snapshot, wait.object);
    if (words.empty()) words = object_kind_name(wait.kind);
    if (words == "unknown") continue;
    text += (text.empty() ? "" : ", ") + words;
  }
  return text;
}

// "read of pipe, written by cat (813)" is made of the call without its arguments and the
// descriptor.
std::string counterpart_of(const Snapshot& snapshot, std::uint32_t row) {
  const GoroutineDetail* const detail = snapshot.detail(row);
  if (detail == nullptr) return {};
  const std::string_view call = snapshot.strings[detail->call];
  const std::string_view descriptor = snapshot.strings[detail->descriptor];
  if (call.empty() || descriptor.empty()) return std::string(call.empty() ? descriptor : call);
  return fmt::format("{} of {}", call.substr(0, call.find('(')), descriptor);
}

std::string labels_of(const Snapshot& snapshot, const Goroutine& goroutine) {
  std::string text;
  if (!goroutine.labels) return text;
  for (const auto& [key, value] : snapshot.label_sets[goroutine.labels.index()].labels) {
    text += fmt::format("{}{}={}", text.empty() ? "" : ", ", snapshot.strings[key],
                        snapshot.strings[value]);
  }
  return text;
}

std::optional<Order> order_of_name(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Order>, 6> kNames = {{{"id", Order::id},
                                                                         {"age", Order::age},
                                                                         {"duration", Order::age},
                                                                         {"state", Order::state},
                                                                         {"where", Order::place},
                                                                         {"", Order::as_read}}};
  const auto* const found = std::ranges::find(kNames, name, &decltype(kNames)::value_type::first);
  return found == kNames.end() ? std::nullopt : std::optional(found->second);
}

void sort_rows(const Snapshot& snapshot, std::vector<std::uint32_t>& rows, Order order) {
  const std::vector<Goroutine>& all = snapshot.goroutines;
  switch (order) {
    case Order::as_read:
      return;
    case Order::id:
      return sort_by(rows, [&all](std::uint32_t row) { return all[row].id; });
    case Order::age:
      return sort_by(rows, [&all](std::uint32_t row) { return -all[row].wait_minutes; });
    case Order::state:
      return sort_by(rows, [&](std::uint32_t row) { return status_of(snapshot, all[row]); });
    case Order::place:
      return sort_by(rows, [&](std::uint32_t row) {
        const Place place = place_of_row(snapshot, row);
        return std::tuple(place.function, place.line);
      });
  }
}

Table goroutine_table(const Snapshot& snapshot, std::span<const std::uint32_t> rows,
                      LabelColumn labels) {
  const bool ids = has_ids(snapshot, rows);
  Table table{.name = "goroutines", .title = "", .columns = {}, .rows = {}};
  table.columns = {ids ? Column{"id", "ID"} : Column{"count", "COUNT"},
                   {"status", "STATE"},
                   {"wait_minutes", "FOR"},
                   {"waits_for", "WAITS FOR"},
                   {"where", "WHERE"},
                   {"created_by", "CREATED BY"}};
  if (labels == LabelColumn::present) table.columns.push_back({"labels", "LABELS"});
  table.rows.reserve(rows.size());
  for (const std::uint32_t row : rows) {
    const Goroutine& g = snapshot.goroutines[row];
    std::vector<Value>& cells = table.rows.emplace_back();
    cells.push_back(ids ? g.id : std::int64_t{g.count});
    cells.push_back(std::string(status_of(snapshot, g)));
    cells.push_back(Minutes{g.wait_minutes});
    std::string counterpart = counterpart_of(snapshot, row);
    if (counterpart.empty()) counterpart = waits_for(snapshot, row);
    cells.push_back(text_or_nothing(std::move(counterpart) + time_left_words(snapshot, row)));
    cells.push_back(place_of_row(snapshot, row));
    cells.push_back(creator_of(snapshot, g));
    if (labels == LabelColumn::present) cells.push_back(text_or_nothing(labels_of(snapshot, g)));
  }
  return table;
}

}  // namespace goknot::analysis
