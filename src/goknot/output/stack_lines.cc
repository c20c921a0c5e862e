// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/stack_lines.h"

#include "goknot/base/quantity.h"
#include "goknot/model/function_name.h"
#include "goknot/output/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace goknot::output {

namespace {

constexpr std::size_t kWidestFunction = 110;
constexpr std::size_t kListedIds = 30;

// A row of a stack: what is called, where that stands, and what else is known of it.
struct Row {
  std::string call;
  std::string place;
  std::string remark;
  bool own = false;  // outside the standard library
};

bool is_own(std::string_view function) {
  return !is_standard_package(parse_function_name(function).package);
}

// Calls in one column, places in the next; frames of the user's own code are marked.
std::string draw(const std::vector<Row>& rows, const Pen& pen, std::size_t indent,
                 std::size_t width) {
  std::size_t column = 0;
  const std::size_t widest =
      std::min(kWidestFunction, width > indent + 38 ? width - indent - 22 : 16);
  for (const Row& row : rows) {
    column = std::max(column, std::min(width_of(pen.show(row.call)), widest));
  }
  std::string text;
  for (const Row& row : rows) {
    const std::string_view mark = pen.charset() == Charset::unicode ? "▸ " : "> ";
    text += std::string(indent - 2, ' ') + std::string(row.own ? mark : "  ");
    const std::string call = padded(pen.show(row.call, widest, Cut::middle), column);
    text += pen.ink(row.own ? Ink::strong : Ink::plain, call);
    if (!row.place.empty()) text += "  " + pen.ink(Ink::place, pen.show(row.place));
    if (!row.remark.empty()) text += "  " + pen.show(row.remark);
    while (text.ends_with(' ')) text.pop_back();
    text += "\n";
  }
  return text;
}

// "14 min", "0 to 14 min".
std::string wait_words(const std::pair<std::int32_t, std::int32_t>& minutes) {
  if (minutes.first == minutes.second) return spoken_minutes(minutes.second);
  return spoken_minutes(minutes.first) + " to " + spoken_minutes(minutes.second);
}

std::string ids_words(std::span<const std::int64_t> ids, std::uint64_t count) {
  std::string text;
  for (const std::int64_t id : ids.first(std::min(ids.size(), kListedIds))) {
    text += (text.empty() ? "" : " ") + std::to_string(id);
  }
  const std::size_t listed = std::min(ids.size(), kListedIds);
  return count > listed && listed > 0 ? fmt::format("{} and {} more", text, count - listed) : text;
}

std::string statuses_of(const GroupView& group) {
  if (group.statuses.empty()) return group.status;
  if (group.statuses.size() == 1) return group.statuses.front().first;
  std::string text;
  for (const auto& [status, count] : group.statuses) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", with_thousands(count), status);
  }
  return text;
}

// Where the short form of a stack begins: at the call of a library that the user's own code made;
// without such code, at the first frame outside the runtime.
std::size_t top_of(const std::vector<Place>& frames) {
  const auto own = std::ranges::find_if(frames, is_own, &Place::function);
  if (own != frames.end()) {
    const auto depth = static_cast<std::size_t>(own - frames.begin());
    const bool library =
        depth > 0 && !is_runtime_package(parse_function_name(frames[depth - 1].function).package);
    return library ? depth - 1 : depth;
  }
  const auto outside = std::ranges::find_if_not(frames, [](const Place& place) {
    return is_runtime_package(parse_function_name(place.function).package);
  });
  return outside == frames.end() ? 0 : static_cast<std::size_t>(outside - frames.begin());
}

// The rows of a group's stack. The short form has three frames.
std::vector<Row> rows_of(const GroupView& group, StackDetail detail) {
  std::vector<Row> rows;
  const bool whole = detail == StackDetail::whole;
  const std::size_t first = whole ? 0 : top_of(group.frames);
  for (const Place& frame : std::span(group.frames).subspan(first)) {
    if (!whole && rows.size() == 3) break;
    rows.push_back({.call = short_function(frame.function),
                    .place = location_of(frame),
                    .remark = {},
                    .own = is_own(frame.function)});
  }
  const std::size_t left = group.frames.size() - first - rows.size();
  if (left > 0) rows.push_back({.call = fmt::format("… {} more", left), .place = {}, .remark = {}});
  if (group.created_by) {
    rows.push_back({.call = "started by " + short_function(group.created_by->function),
                    .place = location_of(*group.created_by),
                    .remark = {}});
  }
  return rows;
}

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
  if (detail.fd >= 0) text += fmt::format("{}descriptor {}", dot, detail.fd);
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
  GoroutineWords(const Snapshot& snapshot, std::uint32_t row)
      : snapshot_(snapshot), row_(row), goroutine_(snapshot.goroutines[row]) {}

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

  std::vector<Row> rows() const {
    std::vector<Row> rows;
    if (!goroutine_.stack) return rows;
    const Stack& stack = snapshot_.stacks[goroutine_.stack];
    std::uint32_t depth = 0;
    for (const FrameId id : snapshot_.stacks.frames(goroutine_.stack)) {
      if (stack.elided != 0 && depth == stack.elided_at) rows.push_back(elided(stack));
      rows.push_back(frame(id, depth++));
    }
    if (depth == 0) add_start(rows);
    return rows;
  }

 private:
  // A goroutine that runs has no saved stack; only the function it was started with is known.
  void add_start(std::vector<Row>& rows) const {
    const GoroutineDetail* const detail = snapshot_.detail(row_);
    if (detail == nullptr || !detail->start) return;
    const Frame& frame = snapshot_.stacks[detail->start];
    const std::string function(snapshot_.strings[frame.function]);
    rows.push_back(
        {.call = "… it runs: --pause-running shows its stack", .place = {}, .remark = {}});
    rows.push_back(
        {.call = short_function(function),
         .place = location_of({function, std::string(snapshot_.strings[frame.file]), frame.line}),
         .remark = "it was started with",
         .own = is_own(function)});
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

  static Row elided(const Stack& stack) {
    return {.call = stack.elided == kElidedUnknown
                        ? "… frames left out by the runtime"
                        : fmt::format("… {} frames left out by the runtime", stack.elided),
            .place = {},
            .remark = {}};
  }

  Row frame(FrameId id, std::uint32_t depth) const {
    const Frame& frame = snapshot_.stacks[id];
    const std::string_view function = snapshot_.strings[frame.function];
    const std::string_view arguments = snapshot_.argument_text(goroutine_, depth);
    Row row;
    row.call = short_function(function);
    if (!arguments.empty()) row.call += fmt::format("({})", arguments);
    if (frame.inlined) row.call += "(...)";
    row.place = location_of(
        {std::string(function), std::string(snapshot_.strings[frame.file]), frame.line});
    row.remark = remark(depth);
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
    for (const Hold& hold : snapshot_.holds) {
      if (hold.goroutine != row_ || hold.frame != depth) continue;
      text += (text.empty() ? "holds" : ", holds") + object_words(hold.object);
    }
    return text;
  }

  // " mutex Hub.mu", " channel 0xc0000140e0".
  std::string object_words(ObjectId id) const {
    if (!id) return {};
    const WaitObject& object = snapshot_.objects[id.index()];
    std::string text = fmt::format(" {}", object_kind_name(object.kind));
    std::ranges::replace(text, '_', ' ');
    const std::string_view name = snapshot_.strings[object.name];
    if (object.element) text += fmt::format(" of {}", snapshot_.strings[object.element]);
    if (!name.empty()) {
      text += fmt::format(" {}", name);
    } else if (object.address) {
      text += fmt::format(" {:#x}", *object.address);
    }
    if (object.state < snapshot_.object_states.size()) {
      text += state_words(snapshot_.object_states[object.state]);
    }
    return text + processes_words(id);
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
  std::uint32_t row_;
  const Goroutine& goroutine_;
};

}  // namespace

std::string group_text(const GroupView& group, const Pen& pen, const StackRoom& room) {
  std::string head = fmt::format("{:<4} {} {} {}", group.id, with_thousands(group.count),
                                 pen.charset() == Charset::unicode ? "×" : "x", statuses_of(group));
  if (group.wait_minutes) head += ", " + wait_words(*group.wait_minutes);
  if (!group.purpose.empty()) head += ": " + group.purpose;
  std::string text = pen.ink(Ink::strong, pen.show(head, room.width)) + "\n";
  text += draw(rows_of(group, room.detail), pen, 7, room.width);
  if (room.detail == StackDetail::whole && !group.goroutines.empty()) {
    for (const std::string& line :
         wrapped("goroutines " + ids_words(group.goroutines, group.count), room.width - 7)) {
      text += "       " + line + "\n";
    }
  }
  return text;
}

std::string goroutine_text(const Snapshot& snapshot, std::uint32_t row, const Pen& pen,
                           const StackRoom& room) {
  const GoroutineWords words(snapshot, row);
  std::string text;
  for (const std::string& line : wrapped(pen.show(words.head(pen.dot())), room.width)) {
    text += pen.ink(Ink::strong, line) + "\n";
  }
  const std::string labels = words.labels();
  if (!labels.empty()) {
    for (const std::string& line : wrapped(pen.show("labels  " + labels), room.width - 2)) {
      text += "  " + line + "\n";
    }
  }
  return text + draw(words.rows(), pen, 2, room.width);
}

}  // namespace goknot::output
