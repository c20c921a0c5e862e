// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/text_dump_builder.h"

#include "goknot/model/function_name.h"
#include "goknot/source/text_dump_scan.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace goknot::source {

namespace {

// What dumps of large programs have, or less.
constexpr std::size_t kBytesPerGoroutine = 1024;
constexpr std::size_t kBytesPerFrame = 96;
constexpr std::uint64_t kLongestSpan = (1U << 24U) - 1;

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

// go1.27 runtime/traceback.go: isSystemGoroutine. What begins in package runtime is the runtime's
// own, but for these.
constexpr std::array<std::string_view, 3> kUserEntries = {"runtime.main", "runtime.corostart",
                                                          "runtime.handleAsyncEvent"};
// Run finalizers (to 1.24, from 1.25) and cleanups (1.25) of the program.
constexpr std::array<std::string_view, 3> kFinalizerLoops = {
    "runtime.runfinq", "runtime.runFinalizers", "runtime.runCleanups"};
// Functions of the runtime that dumps of user code show as well.
constexpr std::array<std::string_view, 5> kAlwaysShown = {
    "runtime.runfinq", "runtime.runFinalizers", "runtime.runCleanups", "runtime.goparkunlock",
    "runtime.panic"};

// Whether dumps without the runtime's frames leave it out: runtime.x, but not runtime.X.
bool is_hidden_function(std::string_view function) {
  constexpr std::string_view kRuntime = "runtime.";
  if (!function.starts_with(kRuntime) || function.size() <= kRuntime.size()) return false;
  const char first = function[kRuntime.size()];
  return first >= 'a' && first <= 'z' && !is_one_of(function, kAlwaysShown);
}

// Whether goroutine 1 can begin there: main.main, initialisation.
bool is_main_entry(std::string_view function) {
  const std::string_view name = parse_function_name(function).name;
  if (!function.ends_with(name)) return false;  // a closure of it
  return name == "main" || name == "init" || name.starts_with("init.") || name == "doInit" ||
         name == "TestMain" || name == "goexit";
}

}  // namespace

DumpBuilder::DumpBuilder(const Input& input) : text_(input.bytes) {
  snapshot_.name = input.name;
  snapshot_.text = input.bytes;
  snapshot_.origin.wrapped_in = input.wrapped_in;
}

void DumpBuilder::expect(std::size_t bytes) {
  // Pages that are not needed in the end are never touched.
  snapshot_.goroutines.reserve(bytes / kBytesPerGoroutine);
  snapshot_.arguments.reserve(bytes / kBytesPerFrame);
  rows_.reserve(bytes / kBytesPerGoroutine);
}

FrameId DumpBuilder::frame(const FunctionLine& function, const FileLine* file) {
  Frame frame;
  const std::string name = repair_function_name(function.name);
  frame.function = snapshot_.strings.add(name);
  frame.inlined = function.inlined && !in_ancestor_;
  if (file != nullptr) {
    frame.file = snapshot_.strings.add(file->file);
    frame.line = file->line;
    frame.offset = file->offset;
    frame.foreign = file->foreign;
    saw_sp_ |= file->has_sp;
  }
  if (function.name.starts_with("non-Go function")) frame.foreign = true;
  version_.see(function, snapshot_.strings[frame.file]);
  if (function.name.starts_with("runtime.goexit")) learn_goarch(snapshot_.strings[frame.file]);
  return intern(frame);
}

// Every goroutine begins in assembly: "…/runtime/asm_arm64.s".
void DumpBuilder::learn_goarch(std::string_view file) {
  constexpr std::string_view kStem = "/asm_";
  const std::size_t at = file.rfind(kStem);
  // "asm_ppc64x.s" is of several.
  if (!snapshot_.origin.goarch.empty() || at == std::string_view::npos || !file.ends_with(".s") ||
      file.ends_with("x.s")) {
    return;
  }
  snapshot_.origin.goarch = file.substr(at + kStem.size(), file.size() - at - kStem.size() - 2);
}

FrameId DumpBuilder::creator(const CreatedBy& created, const FileLine* file) {
  if (created.parent >= 0) version_.at_least(21);
  return frame({.name = created.name}, file);
}

FrameId DumpBuilder::intern(Frame frame) {
  const FrameId id = snapshot_.stacks.add(frame);
  if (id.index() >= traits_.size()) {
    traits_.push_back(traits_of(snapshot_.strings[frame.function], frame));
  }
  return id;
}

// Worked out once for each frame that is interned, not for each goroutine that stands there.
std::uint8_t DumpBuilder::traits_of(std::string_view function, const Frame& frame) const {
  unsigned traits = 0;
  if (function.starts_with("runtime.goexit")) return kGoexit | kHidden | kRuntime;
  if (is_main_entry(function)) traits |= kMain;
  if (is_runtime_package(parse_function_name(function).package)) traits |= kRuntime;
  if (is_one_of(function, kUserEntries)) traits |= kUserEntry;
  if (is_one_of(function, kFinalizerLoops)) traits |= kFinalizers;
  if (!frame.inlined && is_hidden_function(function)) traits |= kHidden;
  return static_cast<std::uint8_t>(traits);
}

TextSpan DumpBuilder::span_of(std::string_view text) const {
  if (text.empty()) return {};
  TextSpan span;
  span.offset = static_cast<std::uint64_t>(text.data() - text_.data()) & ((1ULL << 40U) - 1);
  span.length = std::min<std::uint64_t>(text.size(), kLongestSpan) & kLongestSpan;
  return span;
}

const DumpBuilder::KnownStatus& DumpBuilder::status_of(const GoroutineHeader& header) {
  const auto [entry, added] = statuses_.try_emplace(header.status);
  if (!added) return entry->second;
  const std::string key = status_key(header.status);
  const Status status = parse_status(key == "unknown" ? std::string_view() : key);
  version_.see_status(header.status);
  entry->second = {.key = snapshot_.strings.add(key),
                   .state = status.state,
                   .reason = status.reason,
                   .leaked = key.contains("(leaked)"),
                   .durable = key.contains("(durable)") || key.contains("(synctest)")};
  return entry->second;
}

void DumpBuilder::begin(const GoroutineHeader& header, std::uint32_t line) {
  const KnownStatus& status = status_of(header);
  row_ = Goroutine();
  rows_.prefetch(header.id);
  row_.id = header.id;
  row_.count = header.count;
  row_.status = status.key;
  row_.state = status.state;
  row_.reason = status.reason;
  row_.wait_minutes = header.minutes;
  row_.bubble = header.bubble;
  row_.line = line;
  row_.locked_to_thread = header.locked_to_thread;
  row_.leaked = status.leaked;
  row_.durable = status.durable;
  row_.first_argument = static_cast<std::uint32_t>(snapshot_.arguments.size());
  add_labels(header);
  version_.see(header);
  saw_g_ |= header.has_g;
  dead_ = status.state == State::dead;
  frames_.clear();
  first_ancestor_ = snapshot_.ancestors.size();
  elided_at_ = elided_ = 0;
  open_ = true;
  has_creator_ = in_ancestor_ = false;
}

void DumpBuilder::add_labels(const GoroutineHeader& header) {
  if (header.labels.empty()) return;
  LabelSet set;
  for (const auto& [key, value] : parse_labels(header.labels)) {
    set.labels.emplace_back(snapshot_.strings.add(key), snapshot_.strings.add(value));
  }
  row_.labels = LabelsId(snapshot_.label_sets.size());
  snapshot_.label_sets.push_back(std::move(set));
}

void DumpBuilder::add_frame(FrameId frame, std::string_view arguments) {
  if (in_ancestor_) {
    ancestor_frames_.push_back(frame);
    return;
  }
  frames_.push_back(frame);
  snapshot_.arguments.push_back(span_of(arguments));
}

void DumpBuilder::elide(std::uint32_t count) {
  if (in_ancestor_ || elided_ != 0) return;
  elided_at_ = static_cast<std::uint32_t>(frames_.size());
  elided_ = count == 0 ? kElidedUnknown : count;
}

void DumpBuilder::set_creator(FrameId creator, std::int64_t parent) {
  if (in_ancestor_) {
    ancestor_.creator = creator;
    end_ancestor();
    return;
  }
  row_.creator = creator;
  row_.parent = parent;
  has_creator_ = true;
}

void DumpBuilder::begin_ancestor(std::int64_t id) {
  end_ancestor();
  version_.at_least(11);
  ancestor_ = {.goroutine = static_cast<std::uint32_t>(snapshot_.goroutines.size()),
               .id = id,
               .stack = {},
               .creator = {}};
  ancestor_frames_.clear();
  in_ancestor_ = true;
}

void DumpBuilder::end_ancestor() {
  if (!in_ancestor_) return;
  in_ancestor_ = false;
  ancestor_.stack = snapshot_.stacks.add(ancestor_frames_);
  snapshot_.ancestors.push_back(ancestor_);
}

void DumpBuilder::set_stack_unavailable() { row_.stack_cut = true; }

std::size_t DumpBuilder::entry_depth() const {
  std::size_t depth = frames_.size();
  while (depth > 0 && (traits_[frames_[depth - 1].index()] & kGoexit) != 0) --depth;
  return depth;
}

bool DumpBuilder::is_system(const Goroutine& row) const {
  if (row.id == 0) return true;
  const std::size_t depth = entry_depth();
  if (depth == 0) return row.creator && (traits_[row.creator.index()] & kRuntime) != 0;
  const std::uint8_t entry = traits_[frames_[depth - 1].index()];
  if ((entry & kRuntime) == 0 || (entry & kUserEntry) != 0) return false;
  const auto is_user = [&](FrameId f) { return (traits_[f.index()] & kRuntime) == 0; };
  return (entry & kFinalizers) == 0 ||
         std::none_of(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(depth),
                      is_user);
}

// A whole stack has a "created by" line, but for main's, for those of threads, and for those that
// Go says it cannot show.
bool DumpBuilder::is_whole(const Goroutine& row) const {
  if (row.creator || row.stack_cut) return true;
  if (frames_.empty()) return false;
  if (row.id == 0 || row.locked_to_thread) return true;
  return (traits_[frames_.back().index()] & (kMain | kGoexit)) != 0;
}

bool DumpBuilder::ends_program() const {
  const Cause cause = snapshot_.origin.cause;
  return cause == Cause::signal || cause == Cause::panic || cause == Cause::fatal ||
         cause == Cause::test_timeout || cause == Cause::synctest_deadlock;
}

bool DumpBuilder::seems_whole() const {
  const bool left_out = elided_ != 0 && elided_at_ == frames_.size();
  return open_ && !in_ancestor_ && !frames_.empty() && !left_out &&
         (traits_[frames_.back().index()] & (kMain | kGoexit)) != 0;
}

void DumpBuilder::learn_detail(const Goroutine& row) {
  // A program that ends itself shows the runtime's frames of the goroutine that did it, only.
  if (row.id == 0 || row.state == State::running || frames_.empty()) return;
  saw_waiting_ = true;
  if ((traits_[frames_.front().index()] & kHidden) != 0) saw_hidden_waiting_ = true;
}

// One id with two stacks is two looks at one process, pasted one behind the other: the second
// begins a new snapshot. The same stack again is a line that was printed twice. A dead goroutine is
// not there.
Ended DumpBuilder::end(OnReturn on_return) {
  if (!open_) return Ended::kept;
  end_ancestor();
  open_ = false;
  row_.stack = snapshot_.stacks.add(frames_, elided_at_, elided_);
  const auto next = static_cast<std::uint32_t>(snapshot_.goroutines.size());
  // Those without an id are others each time.
  const bool told = row_.id >= 0;
  const auto [known, added] =
      told ? rows_.try_emplace(row_.id, next) : std::pair(rows_.end(), false);
  const bool differs =
      !added && row_.id > 0 && snapshot_.goroutines[known->second].stack != row_.stack;
  if (dead_ || (differs && on_return == OnReturn::refuse)) {
    if (added) rows_.erase(known);
    snapshot_.arguments.resize(row_.first_argument);
    snapshot_.ancestors.resize(first_ancestor_);
    return dead_ ? Ended::kept : Ended::returned;
  }
  row_.has_arguments = !frames_.empty();
  row_.system = is_system(row_);
  // Whatever ended the program is printed first.
  row_.current = snapshot_.goroutines.empty() && row_.state == State::running && ends_program();
  last_is_whole_ = is_whole(row_);
  elided_stacks_ += elided_ != 0 ? 1 : 0;
  unavailable_ += row_.stack_cut ? 1 : 0;
  condensed_ += told ? 0 : row_.count;
  learn_detail(row_);
  snapshot_.goroutines.push_back(row_);
  return Ended::kept;
}

void DumpBuilder::count_gaps() {
  const auto several = [](std::uint64_t n) {
    return std::to_string(n) + (n == 1 ? " goroutine" : " goroutines");
  };
  if (elided_stacks_ > 0) {
    snapshot_.gaps.push_back({.where = several(elided_stacks_),
                              .what = "frames in the middle of the stack are left out",
                              .hides = "locks taken and calls made in them"});
  }
  if (condensed_ > 0) {
    snapshot_.gaps.push_back({.where = several(condensed_),
                              .what = "condensed by another program, ids and single stacks are "
                                      "not shown",
                              .hides = "whose arguments differ, and whether all are here"});
  }
  if (unavailable_ > 0) {
    snapshot_.gaps.push_back({.where = several(unavailable_),
                              .what = "ran on another thread, the stack is not shown",
                              .hides = "what they did and what they hold"});
  }
}

// Frames of the runtime on a waiting goroutine, or gp= in a header, are only printed by a signal or
// a throw.
Snapshot DumpBuilder::finish() && {
  const bool runtime = saw_g_ || saw_hidden_waiting_ || (saw_sp_ && !saw_waiting_);
  snapshot_.origin.detail = runtime ? Detail::runtime : Detail::stacks;
  version_.tell(snapshot_.origin);
  count_gaps();
  snapshot_.origin.complete = snapshot_.gaps.empty();
  return std::move(snapshot_);
}

}  // namespace goknot::source
