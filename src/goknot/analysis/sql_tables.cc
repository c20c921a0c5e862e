// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/sql_tables.h"

#include "goknot/analysis/sql_cells.h"

#include <algorithm>
#include <optional>
#include <string>

namespace goknot::analysis {

namespace {

using World = SqlWorld;
constexpr ColumnListing kHidden = ColumnListing::hidden;

const Goroutine& goroutine(World& w, std::size_t row) { return w.snapshot().goroutines[row]; }

// ---- goroutines

constexpr SqlColumn kGoroutines[] = {
    {"id", [](World& w, std::size_t r) { return id_value(goroutine(w, r).id); }},
    {"state", [](World& w, std::size_t r) -> Value { return status_of(w.snapshot(), r); }},
    {"age", [](World& w, std::size_t r) { return minutes_value(goroutine(w, r).wait_minutes); }},
    {"waits_for", [](World& w, std::size_t r) { return waits_value(w.snapshot(), r); }},
    {"function", [](World& w, std::size_t r) { return function_value(place_of_row(w, r)); }},
    {"file", [](World& w, std::size_t r) { return file_value(place_of_row(w, r)); }},
    {"line", [](World& w, std::size_t r) { return line_value(place_of_row(w, r)); }},
    {"created_by", [](World& w, std::size_t r) { return function_value(creator_of_row(w, r)); }},
    {"created_file", [](World& w, std::size_t r) { return file_value(creator_of_row(w, r)); }},
    {"created_line", [](World& w, std::size_t r) { return line_value(creator_of_row(w, r)); }},
    {"parent", [](World& w, std::size_t r) { return id_value(goroutine(w, r).parent); }},
    {"labels", [](World& w, std::size_t r) { return labels_value(w.snapshot(), r); }},
    {"count", [](World& w, std::size_t r) { return number(goroutine(w, r).count); }},
    {"depth", [](World& w, std::size_t r) { return number(depth_of(w.snapshot(), r)); }},
    {"dups", [](World& w, std::size_t r) { return number(w.likes(r)); }},
    {"system", [](World& w, std::size_t r) -> Value { return bool{goroutine(w, r).system}; }},
    {"leaked", [](World& w, std::size_t r) -> Value { return bool{goroutine(w, r).leaked}; }},
    {"locked",
     [](World& w, std::size_t r) -> Value { return bool{goroutine(w, r).locked_to_thread}; }},
    {"durable", [](World& w, std::size_t r) -> Value { return bool{goroutine(w, r).durable}; }},
    {"bubble", [](World& w, std::size_t r) { return number(goroutine(w, r).bubble); }},
    {"time_left_ms", [](World& w, std::size_t r) { return time_left_value(w.snapshot(), r); }},
    {"fd", [](World& w, std::size_t r) { return fd_value(w.snapshot(), r); }},
    {"descriptor",
     [](World& w, std::size_t r) {
       return detail_text(w.snapshot(), r, &GoroutineDetail::descriptor);
     }},
    {"call",
     [](World& w, std::size_t r) { return detail_text(w.snapshot(), r, &GoroutineDetail::call); }},
    {"deferred", [](World& w, std::size_t r) { return deferred_value(w.snapshot(), r); }},
    {"thread", [](World& w, std::size_t r) { return thread_value(w.snapshot(), r); }},
    {"stack_used", [](World& w, std::size_t r) { return stack_used_value(w.snapshot(), r); }},
    {"stack_reserved",
     [](World& w, std::size_t r) { return stack_reserved_value(w.snapshot(), r); }},
    {"heap_held", [](World& w, std::size_t r) { return heap_held_value(w.snapshot(), r); }},
    {"status", [](World& w, std::size_t r) -> Value { return status_of(w.snapshot(), r); },
     kHidden},
    {"wait_minutes",
     [](World& w, std::size_t r) { return minutes_value(goroutine(w, r).wait_minutes); }, kHidden},
    {"duration",
     [](World& w, std::size_t r) { return number(std::max(0, goroutine(w, r).wait_minutes)); },
     kHidden},
    {"lines", [](World& w, std::size_t r) { return number(trace_lines(w.snapshot(), r)); },
     kHidden},
    {"trace", [](World& w, std::size_t r) -> Value { return trace_of(w.snapshot(), r); }, kHidden},
};

std::size_t goroutines_size(World& w) { return w.snapshot().goroutines.size(); }

// An id may be that of several rows: dumps are pasted together, and a profile has rows without one.
std::vector<RowRange> seek_goroutines(World& w, std::int64_t id) {
  std::vector<RowRange> ranges;
  for (const std::uint32_t row : w.rows_of(id)) ranges.emplace_back(row, row + 1);
  return ranges;
}

// ---- frames

// The goroutine and the depth of a row of the table.
// Frames of all goroutines are one table, though stacks are shared: row 17 is the third frame of
// the fourth goroutine. Where each begins is summed up once.
std::pair<std::size_t, std::size_t> frame_at(World& w, std::size_t row) {
  const auto starts = w.frame_starts();
  const auto next = std::ranges::upper_bound(starts, row);
  const auto owner = static_cast<std::size_t>(next - starts.begin()) - 1;
  return {owner, row - starts[owner]};
}

const Frame& frame(World& w, std::size_t row) {
  const auto [owner, depth] = frame_at(w, row);
  const Snapshot& snapshot = w.snapshot();
  return snapshot.stacks[snapshot.stacks.frames(snapshot.goroutines[owner].stack)[depth]];
}

constexpr SqlColumn kFrames[] = {
    {"goroutine",
     [](World& w, std::size_t r) { return id_value(goroutine(w, frame_at(w, r).first).id); }},
    {"depth", [](World& w, std::size_t r) { return number(frame_at(w, r).second); }},
    {"function",
     [](World& w, std::size_t r) { return text(w.snapshot().strings[frame(w, r).function]); }},
    {"file", [](World& w, std::size_t r) { return text(w.snapshot().strings[frame(w, r).file]); }},
    {"line", [](World& w, std::size_t r) { return number(frame(w, r).line); }},
    {"arguments",
     [](World& w, std::size_t r) {
       const auto [owner, depth] = frame_at(w, r);
       return text(w.snapshot().argument_text(goroutine(w, owner), depth));
     }},
    {"inlined", [](World& w, std::size_t r) -> Value { return frame(w, r).inlined; }},
};

std::size_t frames_size(World& w) { return w.frame_starts().back(); }

std::vector<RowRange> seek_frames(World& w, std::int64_t id) {
  std::vector<RowRange> ranges;
  const auto starts = w.frame_starts();
  for (const std::uint32_t row : w.rows_of(id)) ranges.emplace_back(starts[row], starts[row + 1]);
  return ranges;
}

// ---- groups

const GroupView& group(World& w, std::size_t row) { return w.diagnosis()->groups[row]; }

constexpr SqlColumn kGroups[] = {
    {"id", [](World& w, std::size_t r) { return text(group(w, r).id); }},
    {"count", [](World& w, std::size_t r) { return number(group(w, r).count); }},
    {"state", [](World& w, std::size_t r) { return text(group(w, r).status); }},
    {"min_age", [](World& w, std::size_t r) { return least_minutes(group(w, r)); }},
    {"max_age", [](World& w, std::size_t r) { return most_minutes(group(w, r)); }},
    {"function",
     [](World& w, std::size_t r) { return function_value(place_of_interest(group(w, r))); }},
    {"file", [](World& w, std::size_t r) { return file_value(place_of_interest(group(w, r))); }},
    {"line", [](World& w, std::size_t r) { return line_value(place_of_interest(group(w, r))); }},
    {"created_by", [](World& w, std::size_t r) { return function_value(creator_of(group(w, r))); }},
    {"purpose", [](World& w, std::size_t r) { return text(group(w, r).purpose); }},
    {"system", [](World& w, std::size_t r) -> Value { return group(w, r).system; }},
    {"goroutines", [](World& w, std::size_t r) { return list_value(group(w, r).goroutines); }},
    {"status", [](World& w, std::size_t r) { return text(group(w, r).status); }, kHidden},
};

std::size_t groups_size(World& w) {
  return w.diagnosis() == nullptr ? 0 : w.diagnosis()->groups.size();
}

// ---- objects, waits, holds

const ObjectState* state_of(World& w, std::size_t row) {
  const WaitObject& object = w.snapshot().objects[row];
  const auto& states = w.snapshot().object_states;
  return object.state < states.size() ? &states[object.state] : nullptr;
}

Value state_value(World& w, std::size_t row, std::optional<std::int64_t> ObjectState::* field) {
  const ObjectState* state = state_of(w, row);
  return state != nullptr && state->*field ? Value(*(state->*field)) : Value();
}

Value state_flag(World& w, std::size_t row, std::optional<bool> ObjectState::* field) {
  const ObjectState* state = state_of(w, row);
  return state != nullptr && state->*field ? Value(*(state->*field)) : Value();
}

constexpr SqlColumn kObjects[] = {
    {"id", [](World&, std::size_t r) { return object_id(ObjectId(r)); }},
    {"kind",
     [](World& w, std::size_t r) { return text(object_kind_name(w.snapshot().objects[r].kind)); }},
    {"name",
     [](World& w, std::size_t r) {
       return text(w.snapshot().strings[w.snapshot().objects[r].name]);
     }},
    {"address",
     [](World& w, std::size_t r) { return address_value(w.snapshot().objects[r].address); }},
    {"owner", [](World& w, std::size_t r) { return address_value(w.snapshot().objects[r].owner); }},
    {"owner_type",
     [](World& w, std::size_t r) {
       return text(w.snapshot().strings[w.snapshot().objects[r].owner_type]);
     }},
    {"element",
     [](World& w, std::size_t r) {
       return text(w.snapshot().strings[w.snapshot().objects[r].element]);
     }},
    {"length", [](World& w, std::size_t r) { return state_value(w, r, &ObjectState::length); }},
    {"capacity", [](World& w, std::size_t r) { return state_value(w, r, &ObjectState::capacity); }},
    {"closed", [](World& w, std::size_t r) { return state_flag(w, r, &ObjectState::closed); }},
    {"locked", [](World& w, std::size_t r) { return state_flag(w, r, &ObjectState::locked); }},
    {"starving", [](World& w, std::size_t r) { return state_flag(w, r, &ObjectState::starving); }},
    {"readers", [](World& w, std::size_t r) { return state_value(w, r, &ObjectState::readers); }},
    {"writer_pending",
     [](World& w, std::size_t r) { return state_flag(w, r, &ObjectState::writer_pending); }},
    {"waiters", [](World& w, std::size_t r) { return state_value(w, r, &ObjectState::waiters); }},
    {"counter", [](World& w, std::size_t r) { return state_value(w, r, &ObjectState::counter); }},
};

std::size_t objects_size(World& w) { return w.snapshot().objects.size(); }

const Wait& wait(World& w, std::size_t row) { return w.snapshot().waits[row]; }

constexpr SqlColumn kWaits[] = {
    {"goroutine",
     [](World& w, std::size_t r) { return id_value(goroutine(w, wait(w, r).goroutine).id); }},
    {"object", [](World& w, std::size_t r) { return object_id(wait(w, r).object); }},
    {"kind", [](World& w, std::size_t r) { return text(object_kind_name(wait(w, r).kind)); }},
    {"operation",
     [](World& w, std::size_t r) { return text(operation_name(wait(w, r).operation)); }},
    {"frame", [](World& w, std::size_t r) { return number(wait(w, r).frame); }},
    {"writer_queued", [](World& w, std::size_t r) -> Value { return wait(w, r).writer_queued; }},
};

std::size_t waits_size(World& w) { return w.snapshot().waits.size(); }

std::vector<RowRange> seek_waits(World& w, std::int64_t id) {
  std::vector<RowRange> ranges;
  const std::vector<Wait>& waits = w.snapshot().waits;
  for (const std::uint32_t row : w.rows_of(id)) {
    const auto own = std::ranges::equal_range(waits, row, {}, &Wait::goroutine);
    ranges.emplace_back(own.begin() - waits.begin(), own.end() - waits.begin());
  }
  return ranges;
}

const Hold& hold(World& w, std::size_t row) { return w.snapshot().holds[row]; }

// What shows that a goroutine holds something.
std::string_view evidence_name(HoldEvidence evidence) {
  constexpr std::string_view kNames[] = {"lock word",    "deferred call", "code",
                                         "kernel table", "count",         "below method"};
  return kNames[static_cast<std::size_t>(evidence)];
}

constexpr SqlColumn kHolds[] = {
    {"goroutine",
     [](World& w, std::size_t r) { return id_value(goroutine(w, hold(w, r).goroutine).id); }},
    {"object", [](World& w, std::size_t r) { return object_id(hold(w, r).object); }},
    {"mode", [](World& w, std::size_t r) { return text(operation_name(hold(w, r).mode)); }},
    {"frame", [](World& w, std::size_t r) { return number(hold(w, r).frame); }},
    {"evidence", [](World& w, std::size_t r) { return text(evidence_name(hold(w, r).evidence)); }},
    {"exact",
     [](World& w, std::size_t r) -> Value { return hold(w, r).strength == HoldStrength::exact; }},
};

std::size_t holds_size(World& w) { return w.snapshot().holds.size(); }

// ---- findings, origin, gaps

const Finding& finding(World& w, std::size_t row) { return w.diagnosis()->findings[row]; }

Place culprit(World& w, std::size_t row) {
  const auto& culprits = finding(w, row).culprits;
  return culprits.empty() ? Place() : culprits.front().place;
}

constexpr SqlColumn kFindings[] = {
    {"id", [](World& w, std::size_t r) { return text(finding(w, r).id); }},
    {"rule", [](World& w, std::size_t r) { return text(finding(w, r).rule); }},
    {"grade", [](World& w, std::size_t r) { return text(name_of(finding(w, r).grade)); }},
    {"severity", [](World& w, std::size_t r) { return text(name_of(finding(w, r).severity)); }},
    {"shape", [](World& w, std::size_t r) { return text(name_of(finding(w, r).shape)); }},
    {"title", [](World& w, std::size_t r) { return text(finding(w, r).title); }},
    {"root_count", [](World& w, std::size_t r) { return number(finding(w, r).root_count); }},
    {"victim_count", [](World& w, std::size_t r) { return number(finding(w, r).victim_count); }},
    {"age", [](World& w, std::size_t r) { return minutes_value(finding(w, r).wait_minutes); }},
    {"function", [](World& w, std::size_t r) { return function_value(culprit(w, r)); }},
    {"file", [](World& w, std::size_t r) { return file_value(culprit(w, r)); }},
    {"line", [](World& w, std::size_t r) { return line_value(culprit(w, r)); }},
    {"roots", [](World& w, std::size_t r) { return list_value(finding(w, r).roots); }},
    {"victims", [](World& w, std::size_t r) { return list_value(finding(w, r).victims); }},
    {"explanation", [](World& w, std::size_t r) { return text(finding(w, r).explanation); }},
    {"advice", [](World& w, std::size_t r) { return text(finding(w, r).advice); }},
    {"fingerprint", [](World& w, std::size_t r) { return text(finding(w, r).fingerprint); }},
};

std::size_t findings_size(World& w) {
  return w.diagnosis() == nullptr ? 0 : w.diagnosis()->findings.size();
}

const Origin& origin(World& w) { return w.snapshot().origin; }

Value fact(World& w, std::optional<std::uint64_t> ProgramFacts::* field) {
  const auto& facts = origin(w).facts;
  return facts && (*facts).*field ? number(*((*facts).*field)) : Value();
}

constexpr SqlColumn kOrigin[] = {
    {"target", [](World& w, std::size_t) { return text(origin(w).target); }},
    {"kind", [](World& w, std::size_t) { return text(source_kind_name(origin(w).kind)); }},
    {"format", [](World& w, std::size_t) { return text(origin(w).format); }},
    {"go_version", [](World& w, std::size_t) { return text(origin(w).go_version); }},
    {"program", [](World& w, std::size_t) { return text(origin(w).program); }},
    {"pid",
     [](World& w, std::size_t) -> Value {
       return origin(w).pid ? Value(*origin(w).pid) : Value();
     }},
    {"goarch", [](World& w, std::size_t) { return text(origin(w).goarch); }},
    {"taken_at", [](World& w, std::size_t) { return text(origin(w).taken_at); }},
    {"build_id", [](World& w, std::size_t) { return text(origin(w).build_id); }},
    {"max_procs", [](World& w, std::size_t) { return fact(w, &ProgramFacts::max_procs); }},
    {"heap_bytes", [](World& w, std::size_t) { return fact(w, &ProgramFacts::heap_bytes); }},
    {"stack_bytes", [](World& w, std::size_t) { return fact(w, &ProgramFacts::stack_bytes); }},
    {"collecting",
     [](World& w, std::size_t) -> Value {
       const auto& facts = origin(w).facts;
       return facts && facts->collecting ? Value(*facts->collecting) : Value();
     }},
    {"cause", [](World& w, std::size_t) { return text(origin(w).cause_text); }},
    {"complete", [](World& w, std::size_t) -> Value { return origin(w).complete; }},
};

std::size_t one(World&) { return 1; }

const Gap& gap(World& w, std::size_t row) { return w.snapshot().gaps[row]; }

constexpr SqlColumn kGaps[] = {
    {"place", [](World& w, std::size_t r) { return text(gap(w, r).where); }},
    {"what", [](World& w, std::size_t r) { return text(gap(w, r).what); }},
    {"hides", [](World& w, std::size_t r) { return text(gap(w, r).hides); }},
};

std::size_t gaps_size(World& w) { return w.snapshot().gaps.size(); }

// ---- the list

constexpr SqlTable kGoroutinesTable{"goroutines", "one for each goroutine", kGoroutines,
                                    goroutines_size, seek_goroutines};
constexpr SqlTable kFramesTable{"frames", "one for each frame of each goroutine", kFrames,
                                frames_size, seek_frames};
constexpr SqlTable kGroupsTable{"groups", "one for each group of equal stacks", kGroups,
                                groups_size};
constexpr SqlTable kObjectsTable{"objects", "what goroutines wait for or hold", kObjects,
                                 objects_size};
constexpr SqlTable kWaitsTable{"waits", "one for each wait of a goroutine", kWaits, waits_size,
                               seek_waits};
constexpr SqlTable kHoldsTable{"holds", "one for each object a goroutine holds", kHolds,
                               holds_size};
constexpr SqlTable kFindingsTable{"findings", "what is wrong", kFindings, findings_size};
constexpr SqlTable kOriginTable{"origin", "one: what was read", kOrigin, one};
constexpr SqlTable kGapsTable{"gaps", "what could not be read", kGaps, gaps_size};

constexpr const SqlTable* kTables[] = {&kGoroutinesTable, &kFramesTable, &kGroupsTable,
                                       &kObjectsTable,    &kWaitsTable,  &kHoldsTable,
                                       &kFindingsTable,   &kOriginTable, &kGapsTable};

}  // namespace

std::span<const std::size_t> SqlWorld::frame_starts() {
  if (!frame_starts_.empty()) return frame_starts_;
  frame_starts_.reserve(snapshot_.goroutines.size() + 1);
  frame_starts_.push_back(0);
  for (std::size_t row = 0; row < snapshot_.goroutines.size(); row++) {
    frame_starts_.push_back(frame_starts_.back() + depth_of(snapshot_, row));
  }
  return frame_starts_;
}

std::uint64_t SqlWorld::likes(std::size_t row) {
  if (likes_.empty()) {
    likes_.resize(snapshot_.goroutines.size());
    for (const Group& group : group(snapshot_)) {
      for (const std::uint32_t member : group.members) likes_[member] = group.count;
    }
  }
  return likes_[row];
}

std::vector<std::uint32_t> SqlWorld::rows_of(std::int64_t id) {
  if (by_id_.empty()) {
    for (std::uint32_t row = 0; row < snapshot_.goroutines.size(); row++) {
      by_id_.emplace_back(snapshot_.goroutines[row].id, row);
    }
    std::ranges::sort(by_id_);
  }
  std::vector<std::uint32_t> rows;
  for (const auto& [found, row] :
       std::ranges::equal_range(by_id_, id, {}, &decltype(by_id_)::value_type::first)) {
    if (found >= 0) rows.push_back(row);
  }
  return rows;
}

std::span<const SqlTable* const> sql_tables() { return kTables; }

const SqlTable& goroutines_table() { return kGoroutinesTable; }

std::optional<std::size_t> find_column(const SqlTable& table, std::string_view name) {
  const auto found = std::ranges::find(table.columns, name, &SqlColumn::name);
  if (found == table.columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - table.columns.begin());
}

}  // namespace goknot::analysis
