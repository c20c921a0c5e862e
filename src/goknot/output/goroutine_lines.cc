// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/goroutine_lines.h"

#include "goknot/base/quantity.h"
#include "goknot/model/function_name.h"
#include "goknot/output/stack_rows.h"
#include "goknot/output/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot::output {

namespace {

constexpr std::size_t kListedObjects = 3;  // of a select that waits for many
// Ids listed of those who wait at the same object; a lock can have a hundred thousand.
constexpr std::size_t kListedWaiters = 12;

std::uint64_t count(std::int64_t number) {
  return number < 0 ? 0 : static_cast<std::uint64_t>(number);
}

// "sends in 1.4 s".
std::string time_words(std::string_view what, std::int64_t left) {
  constexpr double kSecond = 1e9;
  return left < 0
             ? fmt::format("{} now", what)
             : fmt::format("{} in {}", what, spoken_seconds(static_cast<double>(left) / kSecond));
}

// " (locked, 3 waiting)": what is worth saying of the inside of an object.
// What everybody would expect (an open channel, a free lock, nobody waiting) is left out.
std::string state_words(const ObjectState& state) {
  std::vector<std::string> words;
  if (state.capacity.value_or(0) > 0) {
    words.push_back(
        fmt::format("{} of {} in its buffer", state.length.value_or(0), *state.capacity));
  }
  if (state.closed.value_or(false)) words.emplace_back("closed");
  if (state.time_left) words.push_back(time_words("sends", *state.time_left));
  if (state.locked.value_or(false)) words.emplace_back("locked");
  if (state.readers.value_or(0) > 0) words.push_back(counted(count(*state.readers), "reader"));
  if (state.writer_pending.value_or(false)) words.emplace_back("a writer is next");
  if (state.starving.value_or(false)) words.emplace_back("starving");
  if (state.counter) words.push_back(fmt::format("counter {}", *state.counter));
  if (state.waiters.value_or(0) > 0) words.push_back(fmt::format("{} waiting", *state.waiters));
  return words.empty() ? std::string() : fmt::format(" ({})", fmt::join(words, ", "));
}

std::string detail_words(const GoroutineDetail& detail, std::string_view dot) {
  std::string text;
  if (detail.fd >= 0 && !detail.descriptor) {
    text += fmt::format("{}descriptor {}", dot, detail.fd);
  }
  if (detail.time_left) {
    text += fmt::format("{}{}", dot, time_words("wakes", *detail.time_left));
  }
  if (detail.thread > 0) text += fmt::format("{}thread {}", dot, detail.thread);
  if (detail.cpu >= 0) text += fmt::format("{}CPU {}", dot, detail.cpu);
  return text;
}

// Words for one goroutine's stack.
class GoroutineWords {
 public:
  GoroutineWords(const GoroutineList& list, std::uint32_t row)
      : snapshot_(*list.snapshot),
        code_(list.code),
        row_(row),
        goroutine_(snapshot_.goroutines[row]) {}

  std::string head(std::string_view dot) const {
    std::string text = goroutine_.id < 0 ? counted(goroutine_.count, "goroutine")
                                         : fmt::format("goroutine {}", goroutine_.id);
    const std::string_view status = snapshot_.strings[goroutine_.status];
    text += fmt::format("{}{}", dot, status.empty() ? "status not told" : status);
    if (goroutine_.wait_minutes >= 0) {
      text += fmt::format("{}{}", dot, spoken_minutes(goroutine_.wait_minutes));
    }
    if (const GoroutineDetail* detail = snapshot_.detail(row_)) text += detail_words(*detail, dot);
    if (goroutine_.locked_to_thread) text += fmt::format("{}locked to its thread", dot);
    if (goroutine_.leaked) text += fmt::format("{}leaked, says the runtime", dot);
    return text + created(dot);
  }

  std::string labels() const {
    std::string text;
    if (!goroutine_.labels) return text;
    for (const auto& [key, value] : snapshot_.label_sets[goroutine_.labels.index()].labels) {
      text += fmt::format("{}{}={}", text.empty() ? "" : ", ", snapshot_.strings[key],
                          snapshot_.strings[value]);
    }
    return text;
  }

  // What else is known of it: a word for what that is, and it.
  std::vector<std::pair<std::string_view, std::string>> facts() const {
    std::vector<std::pair<std::string_view, std::string>> facts;
    if (std::string text = labels(); !text.empty()) facts.emplace_back("labels", std::move(text));
    if (const GoroutineDetail* const detail = snapshot_.detail(row_)) {
      if (detail->descriptor) {
        facts.emplace_back(
            "descriptor", fmt::format("{}: {}", detail->fd, snapshot_.strings[detail->descriptor]));
      }
      if (detail->call) facts.emplace_back("call", snapshot_.strings[detail->call]);
    }
    for (const OutsideWait& wait : snapshot_.outside_waits) {
      if (wait.goroutine == row_) facts.emplace_back("outside", outside_words(wait));
    }
    add_queues(facts);
    return facts;
  }

  std::vector<StackRow> rows() const {
    std::vector<StackRow> rows;
    if (!goroutine_.stack) return rows;
    const Stack& stack = snapshot_.stacks[goroutine_.stack];
    std::uint32_t depth = 0;
    for (const FrameId id : snapshot_.stacks.frames(goroutine_.stack)) {
      if (stack.elided != 0 && depth == stack.elided_at) rows.push_back(elided(stack));
      rows.push_back(frame(id, depth++));
    }
    if (stack.elided != 0 && stack.elided_at >= depth) rows.push_back(elided(stack));
    if (depth == 0) add_start(rows);
    return rows;
  }

  // Who started it, and who started that one: where each stood at the moment.
  std::span<const Ancestor> ancestors() const {
    return std::ranges::equal_range(snapshot_.ancestors, row_, {}, &Ancestor::goroutine);
  }

  std::vector<StackRow> rows(const Ancestor& ancestor) const {
    std::vector<StackRow> rows;
    if (!ancestor.stack) return rows;
    for (const FrameId id : snapshot_.stacks.frames(ancestor.stack)) rows.push_back(place(id));
    const Stack& stack = snapshot_.stacks[ancestor.stack];
    if (stack.elided != 0) rows.push_back(elided(stack));
    return rows;
  }

 private:
  StackRow place(FrameId id) const {
    const Frame& frame = snapshot_.stacks[id];
    const std::string function(snapshot_.strings[frame.function]);
    return {
        .call = short_function(function),
        .place = location_of({function, std::string(snapshot_.strings[frame.file]), frame.line}),
        .own = is_own(function)};
  }

  // A goroutine that runs has no saved stack; only the function it was started with is known.
  //     … it runs: --pause-running shows its stack
  //     main.(*Hub).run   hub.go:40   it was started with
  void add_start(std::vector<StackRow>& rows) const {
    const GoroutineDetail* const detail = snapshot_.detail(row_);
    if (detail == nullptr || !detail->start) return;
    rows.push_back({.call = "… it runs: --pause-running shows its stack", .place = {}});
    rows.push_back(place(detail->start));
    rows.back().remark = "it was started with";
  }

  std::string created(std::string_view dot) const {
    if (!goroutine_.creator) return {};
    const Frame& frame = snapshot_.stacks[goroutine_.creator];
    const std::string who =
        goroutine_.parent > 0 ? fmt::format("goroutine {} at ", goroutine_.parent) : std::string();
    return fmt::format("{}started by {}{}", dot, who,
                       place_words({std::string(snapshot_.strings[frame.function]),
                                    std::string(snapshot_.strings[frame.file]), frame.line}));
  }

  static StackRow elided(const Stack& stack) {
    return {.call = stack.elided == kElidedUnknown
                        ? "… frames left out by the runtime"
                        : fmt::format("… {} frames left out by the runtime", stack.elided),
            .place = {}};
  }

  StackRow frame(FrameId id, std::uint32_t depth) const {
    const Frame& frame = snapshot_.stacks[id];
    const std::string_view function = snapshot_.strings[frame.function];
    const std::string_view arguments = snapshot_.argument_text(goroutine_, depth);
    StackRow row;
    row.call = short_function(function);
    if (!arguments.empty()) row.call += fmt::format("({})", arguments);
    if (frame.inlined) row.call += "(...)";
    row.place = location_of(
        {std::string(function), std::string(snapshot_.strings[frame.file]), frame.line});
    row.remark = remark(depth);
    if (const auto code = code_.find(id); code != code_.end()) row.code = code->second;
    row.own = is_own(function);
    return row;
  }

  // What the frame at `depth` waits for and holds.
  std::string remark(std::uint32_t depth) const {
    std::string text;
    for (const Wait& wait : std::ranges::equal_range(snapshot_.waits, row_, {}, &Wait::goroutine)) {
      if (wait.frame != depth) continue;
      text += (text.empty() ? "waits: " : ", ") + std::string(operation_name(wait.operation)) +
              object_words(wait.object);
    }
    // Holds are not sorted by goroutine as waits are.
    for (const Hold& hold : snapshot_.holds) {
      if (hold.goroutine != row_ || hold.frame != depth) continue;
      text += (text.empty() ? "holds" : ", holds") + object_words(hold.object);
    }
    return text + deferred(depth, text.empty() ? "" : ", ");
  }

  // "defers (*Hub).close, Mutex.Unlock": what the frame at `depth` will call, newest first.
  std::string deferred(std::uint32_t depth, std::string_view before) const {
    std::string text;
    for (const DeferredCall& call :
         std::ranges::equal_range(snapshot_.deferred, row_, {}, &DeferredCall::goroutine)) {
      if (call.frame != depth) continue;
      text += text.empty() ? fmt::format("{}defers ", before) : std::string(", ");
      text += short_function(snapshot_.strings[call.function]);
    }
    return text;
  }

  std::string outside_words(const OutsideWait& wait) const {
    const std::string_view why = snapshot_.strings[wait.why];
    const std::string what(snapshot_.strings[wait.what]);
    return why.empty() ? what : fmt::format("{}: {}", what, why);
  }

  // Who else waits for what it waits for.
  void add_queues(std::vector<std::pair<std::string_view, std::string>>& facts) const {
    std::size_t shown = 0;
    for (const Wait& wait : std::ranges::equal_range(snapshot_.waits, row_, {}, &Wait::goroutine)) {
      if (!wait.object || shown == kListedObjects) continue;
      const std::string others = others_at(wait.object);
      if (others.empty()) continue;
      std::string name = object_name(wait.object);
      facts.emplace_back("queue", fmt::format("{}: {}", name, others));
      ++shown;
    }
  }

  // "461 and 88 wait, too": everybody else who waits for an object.
  std::string others_at(ObjectId object) const {
    std::vector<std::int64_t> ids;
    for (const Wait& wait : snapshot_.waits) {
      if (wait.object == object && wait.goroutine != row_) {
        ids.push_back(snapshot_.goroutines[wait.goroutine].id);
      }
    }
    if (ids.empty()) return {};
    std::string text;
    for (std::size_t i = 0; i < std::min(ids.size(), kListedWaiters); ++i) {
      text += fmt::format("{}{}", i == 0 ? "" : ", ", ids[i]);
    }
    if (ids.size() > kListedWaiters) {
      text += fmt::format(" and {} more", with_thousands(ids.size() - kListedWaiters));
    }
    return text + (ids.size() == 1 ? " waits, too" : " wait, too");
  }

  // " mutex Hub.mu", " channel 0xc0000140e0".
  std::string object_words(ObjectId id) const {
    if (!id) return {};
    const WaitObject& object = snapshot_.objects[id.index()];
    std::string text = " " + object_name(id);
    if (object.state < snapshot_.object_states.size()) {
      text += state_words(snapshot_.object_states[object.state]);
    }
    return text + processes_words(id);
  }

  // "mutex Hub.mu", "channel of int 0xc0000140e0".
  std::string object_name(ObjectId id) const {
    const WaitObject& object = snapshot_.objects[id.index()];
    std::string text(object_kind_name(object.kind));
    std::ranges::replace(text, '_', ' ');
    const std::string_view name = snapshot_.strings[object.name];
    if (object.element) text += fmt::format(" of {}", snapshot_.strings[object.element]);
    if (!name.empty()) {
      text += fmt::format(" {}", name);
    } else if (object.address) {
      text += fmt::format(" {:#x}", *object.address);
    }
    return text;
  }

  // ", held by descriptor 9 of this process", ", held by backup (pid 812), stopped by a signal".
  std::string processes_words(ObjectId id) const {
    std::string text;
    for (const FileHold& hold : snapshot_.file_holds) {
      if (hold.object != id) continue;
      const std::string_view still = snapshot_.strings[hold.holder.standstill];
      text += hold.holder.own ? fmt::format(", held by descriptor {} of this process", hold.fd)
                              : fmt::format(", held by {} (pid {})",
                                            snapshot_.strings[hold.holder.name], hold.holder.pid);
      if (!still.empty()) text += fmt::format(", {}", still);
    }
    return text;
  }

  const Snapshot& snapshot_;
  const absl::flat_hash_map<FrameId, std::string>& code_;
  std::uint32_t row_;
  const Goroutine& goroutine_;
};

}  // namespace

std::string goroutine_text(const GoroutineList& list, std::uint32_t row, const Pen& pen,
                           std::size_t width) {
  const GoroutineWords words(list, row);
  std::string text;
  for (const std::string& line : wrapped(pen.show(words.head(pen.dot())), width)) {
    text += pen.ink(Ink::strong, line) + "\n";
  }
  for (const auto& [what, fact] : words.facts()) {
    const std::string line = fmt::format("{:<10}  {}", what, fact);
    for (const std::string& part : wrapped(pen.show(line), width - 2)) text += "  " + part + "\n";
  }
  text += draw_rows(words.rows(), pen, 2, width);
  for (const Ancestor& ancestor : words.ancestors()) {
    text += fmt::format("  started while goroutine {} was here\n", ancestor.id);
    text += draw_rows(words.rows(ancestor), pen, 4, width);
  }
  return text;
}

}  // namespace goknot::output
