// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/delve_snapshot.h"

#include "goknot/model/function_name.h"
#include "goknot/model/status.h"
#include "goknot/source/delve_reason.h"
#include "goknot/source/profile_facts.h"
#include "goknot/source/scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace goknot::source {

namespace {

std::size_t index_of(DelvePlace place) { return static_cast<std::size_t>(place); }

bool is_runtime(std::string_view function) {
  return is_runtime_package(parse_function_name(function).package);
}

// Go prints "[...]" for type arguments, which Delve prints in full.
std::string without_types(std::string_view function) {
  const std::size_t open = function.find('[');
  const std::size_t close = function.rfind(']');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return std::string(function);
  }
  return fmt::format("{}[...]{}", function.substr(0, open), function.substr(close + 1));
}

}  // namespace

DelveSnapshot::DelveSnapshot(const Input& input, std::uint64_t line) {
  snapshot_.name = input.name;
  snapshot_.line = line;
  snapshot_.origin.kind = SourceKind::delve;
  snapshot_.origin.wrapped_in = input.wrapped_in;
}

bool DelveSnapshot::contradicts(const DelveRow& row) const {
  const auto known = known_.find(row.id);
  if (row.unreadable || known == known_.end()) return false;
  const auto& place = rows_[known->second].places[index_of(row.place)];
  return place && (place->function != row.location.function || place->line != row.location.line);
}

DelveSnapshot::Row& DelveSnapshot::row_of(std::int64_t goroutine, std::uint64_t line) {
  const auto [entry, added] = known_.try_emplace(goroutine, rows_.size());
  if (added) {
    Row& row = rows_.emplace_back();
    row.goroutine.id = goroutine;
    row.goroutine.line = static_cast<std::uint32_t>(line);
  }
  return rows_[entry->second];
}

void DelveSnapshot::add_row(const DelveRow& told, std::uint64_t line) {
  end_stack();
  list_ = true;
  if (told.unreadable) {
    unreadable_++;
    return;
  }
  Row& row = row_of(told.id, line);
  row.places[index_of(told.place)] = told.location;
  row.goroutine.current |= told.current;
  if (!told.reason.empty()) row.reason = told.reason;
}

void DelveSnapshot::add_place(std::int64_t goroutine, const DelvePlaceLine& place,
                              std::uint64_t line) {
  row_of(goroutine, line).places[index_of(place.place)] = place.location;
}

// "k":"v", "k2":"v2"... (3 more)
void DelveSnapshot::set_labels(std::optional<std::int64_t> goroutine, std::string_view text) {
  if (!goroutine || !known_.contains(*goroutine)) return;
  Goroutine& told = rows_[known_[*goroutine]].goroutine;
  if (told.labels) return;
  LabelSet set;
  Scan scan(text);
  while (const auto key = scan.space().quoted()) {
    if (!scan.space().take(":")) break;
    const auto value = scan.space().quoted();
    if (!value) break;
    set.labels.emplace_back(snapshot_.strings.add(*key), snapshot_.strings.add(*value));
    scan.space().take(",");
  }
  if (set.labels.empty()) return;
  told.labels = LabelsId(snapshot_.label_sets.size());
  snapshot_.label_sets.push_back(std::move(set));
}

void DelveSnapshot::set_count(std::uint64_t count) {
  list_ = true;
  declared_ = std::max(declared_, count);
  end_list();
}

void DelveSnapshot::end_group(std::uint64_t total) {
  grouped_ += std::min<std::uint64_t>(total, UINT32_MAX);
  declared_ = std::max(declared_, grouped_);
}

void DelveSnapshot::end_list() { grouped_ = 0; }

void DelveSnapshot::begin_stack(std::optional<std::int64_t> goroutine) {
  end_stack();
  stack_.emplace();
  stack_owner_ = goroutine;
  stack_cut_ = false;
}

Frame DelveSnapshot::frame_of(const DelveLocation& location) {
  Frame frame;
  frame.function = snapshot_.strings.add(without_types(location.function));
  frame.file = snapshot_.strings.add(location.file);
  frame.line = location.line;
  return frame;
}

// Frames with one address are one machine frame; all but the outermost are inlined into it.
void DelveSnapshot::add_frame(const DelveFrame& told, std::uint64_t line) {
  if (!stack_) begin_stack(std::nullopt);
  if (stack_->goroutine.line == 0) stack_->goroutine.line = static_cast<std::uint32_t>(line);
  Frame frame;
  frame.function = snapshot_.strings.add(told.function.empty() ? unnamed_function(told.pc)
                                                               : without_types(told.function));
  if (!stack_->addresses.empty() && stack_->addresses.back() == told.pc && told.pc != 0) {
    stack_->frames.back().inlined = true;
  }
  stack_->frames.push_back(frame);
  stack_->addresses.push_back(told.pc);
}

bool DelveSnapshot::set_place(const DelveLocation& at) {
  if (!stack_ || stack_->frames.empty() || stack_->frames.back().line != 0) return false;
  stack_->frames.back().file = snapshot_.strings.add(at.file);
  stack_->frames.back().line = at.line;
  return true;
}

bool DelveSnapshot::cut_stack(StackEnd end) {
  if (!stack_) return false;
  stack_cut_ = true;
  stack_->end = end;
  return true;
}

// A stack of nobody is kept only where there is no list: it is then all there is, of the goroutine
// that the debugger stopped in. Below a list it would be one goroutine counted twice.
void DelveSnapshot::end_stack() {
  if (!stack_) return;
  Row read = *std::exchange(stack_, std::nullopt);
  if (read.frames.empty()) return;
  const bool known = stack_owner_ && !is_of_another(read);
  if (!known && list_) {
    unowned_++;
    return;
  }
  Row& row = known ? row_of(*stack_owner_, read.goroutine.line) : rows_.emplace_back();
  if (stack_cut_ && row.frames.size() > read.frames.size()) return;
  if (row.goroutine.line == 0) row.goroutine.line = read.goroutine.line;
  row.goroutine.current |= !known;
  row.frames = std::move(read.frames);
  row.goroutine.stack_cut = stack_cut_;
  row.end = read.end;
}

// Whether a stack cannot be that of the goroutine that was selected last: the command that asked
// for another one is not in the text.
bool DelveSnapshot::is_of_another(const Row& read) const {
  const auto found = known_.find(*stack_owner_);
  if (found == known_.end()) return false;
  const Row& row = rows_[found->second];
  const std::size_t common = std::min(row.frames.size(), read.frames.size());
  if (!std::equal(row.frames.begin(), row.frames.begin() + static_cast<std::ptrdiff_t>(common),
                  read.frames.begin(), [](const Frame& a, const Frame& b) {
                    return a.function == b.function && a.line == b.line;
                  })) {
    return true;
  }
  const auto& user = row.places[index_of(DelvePlace::user)];
  if (!user || stack_cut_ || common != 0) return false;
  return std::ranges::none_of(read.frames, [&](const Frame& frame) {
    return snapshot_.strings[frame.function] == without_types(user->function) ||
           frame.line == user->line;
  });
}

// A stack if there is one; else where the goroutine stands, or where it began.
StackId DelveSnapshot::stack_of(Row& row) {
  std::vector<FrameId> frames;
  for (const Frame& frame : row.frames) frames.push_back(snapshot_.stacks.add(frame));
  if (!frames.empty()) return snapshot_.stacks.add(frames);
  for (const DelvePlace place : {DelvePlace::user, DelvePlace::runtime}) {
    if (const auto& location = row.places[index_of(place)]; location && frames.empty()) {
      frames.push_back(snapshot_.stacks.add(frame_of(*location)));
    }
  }
  if (const auto& start = row.places[index_of(DelvePlace::start)]; start && frames.empty()) {
    Frame frame = frame_of(*start);
    frame.line = 0;  // of the function itself, not of what it is doing
    frames.push_back(snapshot_.stacks.add(frame));
  }
  return snapshot_.stacks.add(frames);
}

// Delve has a place for the main goroutine, too, in the runtime's own start.
void DelveSnapshot::set_creator(Row& row) {
  const auto& location = row.places[index_of(DelvePlace::go)];
  if (!location || location->function.empty() || row.goroutine.id == 1) return;
  row.goroutine.creator = snapshot_.stacks.add(frame_of(*location));
}

// go1.27 runtime/traceback.go: isSystemGoroutine. Delve shows a place in the runtime only where
// there is none outside.
bool DelveSnapshot::is_system(const Row& row) const {
  if (row.goroutine.id == 1) return false;
  const auto& start = row.places[index_of(DelvePlace::start)];
  const auto& user = row.places[index_of(DelvePlace::user)];
  if (start) return is_runtime(start->function) && start->function != "runtime.corostart";
  if (user) return is_runtime(user->function);
  return !row.frames.empty() && !row.goroutine.stack_cut &&
         is_runtime_only(snapshot_, row.goroutine.stack);
}

// Reasons out of the wrong table are all shifted: one that cannot be makes the merely possible
// ones worthless.
void DelveSnapshot::set_statuses() {
  std::vector<ReasonFit> fits;
  for (const Row& row : rows_) {
    const auto& user = row.places[index_of(DelvePlace::user)];
    fits.push_back(reason_fit(snapshot_, row.goroutine.stack,
                              user ? user->function : std::string_view(), row.reason));
  }
  const bool shifted = std::ranges::find(fits, ReasonFit::contradicted) != fits.end();
  std::uint64_t dropped = 0;
  for (std::size_t at = 0; at < rows_.size(); at++) {
    Goroutine& goroutine = rows_[at].goroutine;
    const bool kept =
        fits[at] == ReasonFit::confirmed || (fits[at] == ReasonFit::possible && !shifted);
    if (!kept && fits[at] != ReasonFit::unknown) dropped++;
    const Status status = parse_status(kept ? rows_[at].reason : std::string_view());
    goroutine.status = snapshot_.strings.add(status.text);
    goroutine.state = status.state;
    goroutine.reason = status.reason;
  }
  if (dropped == 0) return;
  gap(fmt::format("the debugger names wait reasons of another Go release; {} were not used",
                  dropped),
      "what these goroutines wait for");
}

void DelveSnapshot::add_gaps() {
  const std::uint64_t told = rows_.size() + unreadable_;
  if (declared_ > told) {
    gap(fmt::format("the list says {} goroutines, {} are shown", declared_, told),
        fmt::format("{} goroutines", declared_ - told));
  }
  if (unreadable_ != 0) {
    gap(fmt::format("{} goroutines were not readable to the debugger", unreadable_), "goroutines");
  }
  if (list_cut_) gap("the list was cut short", "goroutines");
  if (truncated_ != 0) {
    gap(fmt::format(
            "{} stacks were cut by the debugger (goroutines -t, stack: give a larger depth)",
            truncated_),
        "their outer frames");
  }
  if (unowned_ != 0) {
    gap(fmt::format("{} stacks belong to no goroutine that is named", unowned_), "");
  }
  if (broken_ != 0) {
    gap(fmt::format("{} stacks could not be read to their end", broken_), "their outer frames");
  }
  snapshot_.origin.complete = snapshot_.gaps.empty();
}

void DelveSnapshot::gap(std::string what, std::string hides) {
  snapshot_.gaps.push_back({.where = fmt::format("line {}", snapshot_.line),
                            .what = std::move(what),
                            .hides = std::move(hides)});
}

Snapshot DelveSnapshot::finish() {
  end_stack();
  const bool stacks =
      std::ranges::any_of(rows_, [](const Row& row) { return !row.frames.empty(); });
  snapshot_.origin.format = list_ ? "dlv-goroutines" : "dlv-stack";
  snapshot_.origin.detail = stacks ? Detail::stacks : Detail::listing;
  if (list_ && declared_ != 0) snapshot_.origin.declared_total = declared_;
  for (Row& row : rows_) {
    row.goroutine.stack = stack_of(row);
    row.goroutine.system = is_system(row);
    set_creator(row);
    if (row.goroutine.stack_cut) (row.end == StackEnd::truncated ? truncated_ : broken_)++;
  }
  add_gaps();
  set_statuses();
  for (const Row& row : rows_) snapshot_.goroutines.push_back(row.goroutine);
  return std::move(snapshot_);
}

}  // namespace goknot::source
