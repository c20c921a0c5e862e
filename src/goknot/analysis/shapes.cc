// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/shapes.h"

#include "goknot/analysis/library_name.h"
#include "goknot/analysis/shape_parser.h"
#include "goknot/analysis/shape_states.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

namespace goknot::analysis {

namespace {

constexpr std::uint32_t kUnknown = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kNoMatch = std::numeric_limits<std::size_t>::max();

// How much the creator says for or against a row: less than a whole function of its pattern.
constexpr int kCreatorWeight = 5;

// Steps are compared by hundredths, so that among equals the row nearer to the wait wins.
constexpr int kScale = 100;

// How many frames are looked at from either end. Go prints no more than 50 of each (go1.21
// runtime/traceback.go: tracebackInnerFrames), and comparing costs their square at worst.
constexpr std::size_t kEnd = 100;

// The stack without the middle of a very deep recursion.
std::vector<std::string_view> both_ends(std::span<const std::string_view> functions) {
  std::vector<std::string_view> kept(functions.begin(), functions.end());
  if (kept.size() > 2 * kEnd) kept.erase(kept.begin() + kEnd, kept.end() - kEnd);
  return kept;
}

bool contains(std::span<const std::uint32_t> names, std::uint32_t name) {
  return std::ranges::find(names, name) != names.end();
}

// Whether the innermost function outside the machinery of waiting writes to a peer or a file.
bool is_write(std::string_view function) {
  constexpr std::array<std::string_view, 6> kWrites = {
      "internal/poll.(*FD).Write", "internal/poll.(*FD).write", "internal/poll.(*FD).Pwrite",
      "net.(*netFD).Write",        "net.(*netFD).write",        "net.(*netFD).connect"};
  return std::ranges::any_of(kWrites, [&](auto start) { return function.starts_with(start); });
}

}  // namespace

struct Shapes::Seen {
  std::vector<Name> names;       // of all frames, innermost first; kUnknown for most
  std::vector<bool> is_waiting;  // of all frames: machinery that patterns need not name
  StateSet states = kAnyState;
  Name creator = kUnknown;
  bool creator_told = false;  // and it is the real one, not a helper
  bool writes = false;
};

namespace {

// Finds the steps of a pattern in a stack.
// Frames of the machinery of waiting may stand between two steps unnamed, as sources differ in
// whether they show them; so may closures of a function below it.
template <typename Step, typename Seen>
class Matcher {
 public:
  Matcher(std::span<const Step> steps, const Seen& seen) : steps_(steps), seen_(seen) {}

  // The depth of the innermost frame of the pattern, kNoMatch if the stack does not fit.
  // Each run of adjacent steps is taken where it first fits, which loses nothing: runs only need
  // to follow each other.
  std::size_t match() const {
    std::size_t first = 0;
    std::size_t frame = 0;
    for (std::size_t step = 0; step < steps_.size();) {
      const std::size_t end = run_end(step);
      const std::size_t at = find_run(step, end, frame);
      if (at == kNoMatch) return kNoMatch;
      if (step == 0) first = at;
      frame = *run_at(step, end, at);
      step = end;
    }
    return first;
  }

 private:
  std::size_t run_end(std::size_t step) const {
    do step++;
    while (step < steps_.size() && !steps_[step].after_gap);
    return step;
  }

  std::size_t find_run(std::size_t step, std::size_t end, std::size_t frame) const {
    if (!steps_[step].after_gap) return run_at(step, end, frame) ? frame : kNoMatch;
    for (; frame < seen_.names.size(); frame++) {
      if (fits(step, frame) && run_at(step, end, frame)) return frame;
    }
    return kNoMatch;
  }

  // The frame after the run of steps if it stands here. Closures of a function stand below it
  // under its own name.
  std::optional<std::size_t> run_at(std::size_t step, std::size_t end, std::size_t frame) const {
    const std::size_t begin = step;
    for (; step < end; frame++) {
      if (frame == seen_.names.size()) return std::nullopt;
      if (fits(step, frame)) {
        step++;
      } else if (!seen_.is_waiting[frame] && !(step > begin && fits(step - 1, frame))) {
        return std::nullopt;
      }
    }
    return frame;
  }

  bool fits(std::size_t step, std::size_t frame) const {
    return contains(steps_[step].any_of, seen_.names[frame]);
  }

  std::span<const Step> steps_;
  const Seen& seen_;
};

}  // namespace

std::string_view shape_class_name(ShapeClass kind) {
  constexpr std::array<std::string_view, 8> kNames = {
      "idle", "in_flight", "leak_if_growing", "stuck", "holds_lock", "runtime", "test", "none"};
  return kNames[static_cast<std::size_t>(kind)];
}

Result<Shapes> Shapes::parse(std::string_view table) {
  ShapeParser parser;
  for (int line = 1; !table.empty(); line++) {
    const std::size_t end = std::min(table.find('\n'), table.size());
    Result<Unit> added = parser.add_line(table.substr(0, end));
    if (!added) {
      return std::unexpected(
          std::move(added).error().with(fmt::format("table of shapes: line {}", line)));
    }
    table.remove_prefix(std::min(end + 1, table.size()));
  }
  return std::move(parser).finish();
}

std::string Shapes::renamed(std::string name) const {
  for (const auto& [from, to] : aliases_) {
    const char next = name.size() > from.size() ? name[from.size()] : '\0';
    if ((next == '.' || next == '/') && name.starts_with(from)) name.replace(0, from.size(), to);
  }
  return name;
}

Shapes::Name Shapes::find(std::string_view function) const {
  auto at = names_.find(renamed(library_function(function)));
  if (at == names_.end()) at = names_.find(renamed(inlined_function(function)));
  return at == names_.end() ? kUnknown : at->second;
}

Shapes::Memo::Function Shapes::look_up(std::string_view function, Memo& memo) const {
  const auto [entry, added] = memo.functions.try_emplace(function.data());
  if (added) entry->second = {find(function), is_waiting_frame(function)};
  return entry->second;
}

Shapes::Seen Shapes::see(std::span<const std::string_view> functions, std::string_view status,
                         std::string_view created_by, Memo& memo) const {
  Seen seen;
  bool innermost = true;
  for (const std::string_view function : both_ends(functions)) {
    const Memo::Function known = look_up(function, memo);
    seen.names.push_back(known.name);
    seen.is_waiting.push_back(known.is_waiting);
    if (seen.is_waiting.back()) continue;
    if (innermost) seen.writes = is_write(function);
    innermost = false;
    // A goroutine's outermost function is often a closure of its creator, which must do where
    // nothing better is told.
    if (created_by.empty()) seen.creator = seen.names.back();
  }
  if (!created_by.empty()) seen.creator = look_up(created_by, memo).name;
  seen.creator_told = !created_by.empty() && !contains(helpers_, seen.creator);
  seen.states = status.empty() ? states_of_frames(functions) : possible_states(status);
  return seen;
}

bool Shapes::fits(const Row& row, const Seen& seen) {
  if ((row.states & seen.states) == 0) return false;
  // Where the state is all there is, it has to be known.
  if (row.steps.empty() && (seen.states & ~row.states) != 0) return false;
  if (row.needs_creator && !contains(row.creators, seen.creator)) return false;
  // Who writes is stopped by a peer that does not read, wherever it is called from.
  return !(seen.writes && row.shape.kind == ShapeClass::idle);
}

// A table has hundreds of rows; each is filed under its most telling function, so a stack only
// meets rows of functions that it has.
std::vector<std::uint32_t> Shapes::candidates(const Seen& seen) const {
  std::vector<std::uint32_t> rows = rows_without_name_;
  for (const Name name : seen.names) {
    if (name == kUnknown) continue;
    rows.insert(rows.end(), rows_by_name_[name].begin(), rows_by_name_[name].end());
  }
  std::ranges::sort(rows);
  rows.erase(std::ranges::unique(rows).begin(), rows.end());
  return rows;
}

std::optional<int> Shapes::value(const Row& row, const Seen& seen) {
  if (!fits(row, seen)) return std::nullopt;
  const std::span<const Step> steps(row.steps);
  int value = row.weight;
  std::size_t depth = Matcher(steps, seen).match();
  // An inlined innermost function may be missing; the state then has to speak for it.
  if (depth == kNoMatch && steps.size() > 1 && !steps[0].after_gap && !steps[1].after_gap &&
      row.states != kAnyState && seen.states != kAnyState) {
    depth = Matcher(steps.subspan(1), seen).match();
    value -= row.first_weight + 2 * kCreatorWeight;  // any row that fits whole is better
  }
  if (depth == kNoMatch) return std::nullopt;
  if (contains(row.creators, seen.creator)) {
    value += kCreatorWeight;
  } else if (seen.creator_told && !row.creators.empty()) {
    value -= kCreatorWeight;
  }
  return value * kScale - static_cast<int>(std::min<std::size_t>(depth, kScale - 1));
}

const LibraryShape* Shapes::best(const Seen& seen, std::span<const std::uint32_t> rows) const {
  const LibraryShape* best = nullptr;
  std::optional<int> most;
  for (const std::uint32_t number : rows) {
    const std::optional<int> worth = value(rows_[number], seen);
    if (!worth || (most && *worth <= *most)) continue;
    most = worth;
    best = &rows_[number].shape;
  }
  return best;
}

const LibraryShape* Shapes::match(std::span<const std::string_view> functions,
                                  std::string_view status, std::string_view created_by) const {
  Memo memo;
  return match(functions, status, created_by, memo);
}

const LibraryShape* Shapes::match(std::span<const std::string_view> functions,
                                  std::string_view status, std::string_view created_by,
                                  Memo& memo) const {
  const Seen seen = see(functions, status, created_by, memo);
  return best(seen, candidates(seen));
}

const LibraryShape* Shapes::within(std::span<const std::string_view> functions,
                                   std::string_view created_by) const {
  Memo memo;
  const Seen seen = see(functions, {}, created_by, memo);
  std::vector<std::uint32_t> rows = candidates(seen);
  std::erase_if(rows, [this](std::uint32_t row) { return !rows_[row].is_context; });
  return best(seen, rows);
}

std::vector<const LibraryShape*> Shapes::all() const {
  std::vector<const LibraryShape*> shapes;
  for (const Row& row : rows_) shapes.push_back(&row.shape);
  return shapes;
}

}  // namespace goknot::analysis
