// SPDX-License-Identifier: Apache-2.0
// A snapshot as Go itself prints goroutines (runtime.Stack, /debug/pprof/goroutine?debug=2), for
// tools that read such dumps.
#include "goknot/output/output.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace goknot::output {

namespace {

// Pieces of about this size are handed on.
constexpr std::size_t kPiece = std::size_t{64} << 10U;

// Writes goroutines of one snapshot. Go: runtime/traceback.go goroutineheader, traceback2.
//     goroutine 18 [chan send, 3 minutes]:
//     main.(*hub).send(0xc000014120)
//             /src/main.go:17 +0x1d
//     created by main.main in goroutine 1
//             /src/main.go:24 +0x85
// Control characters are made visible: Go prints names as they are, and a terminal would obey them.
class Traceback {
 public:
  explicit Traceback(const Snapshot& snapshot) : snapshot_(snapshot) {}

  void goroutine(std::uint32_t row) {
    const Goroutine& goroutine = snapshot_.goroutines[row];
    header(goroutine);
    if (goroutine.stack) frames(goroutine);
    if (goroutine.creator) creator(goroutine.creator, goroutine.parent);
    for (const Ancestor& ancestor :
         std::ranges::equal_range(snapshot_.ancestors, row, {}, &Ancestor::goroutine)) {
      this->ancestor(ancestor);
    }
    text_ += '\n';
  }

  std::string take() { return std::exchange(text_, {}); }
  std::size_t size() const { return text_.size(); }

 private:
  void put(std::string_view text) { text_ += visible(text); }

  void header(const Goroutine& goroutine) {
    fmt::format_to(std::back_inserter(text_), "goroutine {} [", goroutine.id);
    put(snapshot_.strings[goroutine.status]);
    if (goroutine.wait_minutes > 0) {
      fmt::format_to(std::back_inserter(text_), ", {} minutes", goroutine.wait_minutes);
    }
    if (goroutine.locked_to_thread) text_ += ", locked to thread";
    text_ += "]:\n";
    const bool has_frames = goroutine.stack && snapshot_.stacks[goroutine.stack].size > 0;
    if (goroutine.stack_cut && !has_frames) {
      text_ += "\tgoroutine running on other thread; stack unavailable\n";
    }
  }

  void frames(const Goroutine& goroutine) {
    const auto frames = snapshot_.stacks.frames(goroutine.stack);
    const Stack& stack = snapshot_.stacks[goroutine.stack];
    for (std::size_t depth = 0; depth < frames.size(); ++depth) {
      if (stack.elided_at == depth) elided(stack.elided);
      frame(goroutine, frames[depth], depth);
    }
    if (stack.elided_at >= frames.size()) elided(stack.elided);
  }

  void elided(std::uint32_t count) {
    if (count == 0) return;
    if (count == kElidedUnknown) {
      text_ += "...additional frames elided...\n";
    } else {
      fmt::format_to(std::back_inserter(text_), "...{} frames elided...\n", count);
    }
  }

  void place(const Frame& frame) {
    text_ += "\n\t";
    put(snapshot_.strings[frame.file]);
    fmt::format_to(std::back_inserter(text_), ":{}", frame.line);
    if (frame.offset != 0) fmt::format_to(std::back_inserter(text_), " +{:#x}", frame.offset);
    text_ += '\n';
  }

  void frame(const Goroutine& goroutine, FrameId id, std::size_t depth) {
    const Frame& frame = snapshot_.stacks[id];
    put(snapshot_.function(id));
    text_ += '(';
    put(frame.inlined ? "..." : snapshot_.argument_text(goroutine, depth));
    text_ += ')';
    place(frame);
  }

  void creator(FrameId frame, std::int64_t parent) {
    text_ += "created by ";
    put(snapshot_.function(frame));
    if (parent > 0) fmt::format_to(std::back_inserter(text_), " in goroutine {}", parent);
    place(snapshot_.stacks[frame]);
  }

  // Go: runtime/traceback.go printAncestorTraceback.
  void ancestor(const Ancestor& ancestor) {
    fmt::format_to(std::back_inserter(text_), "[originating from goroutine {}]:\n", ancestor.id);
    for (const FrameId frame : snapshot_.stacks.frames(ancestor.stack)) {
      put(snapshot_.function(frame));
      text_ += "(...)";
      place(snapshot_.stacks[frame]);
    }
    if (ancestor.stack) elided(snapshot_.stacks[ancestor.stack].elided);
    if (ancestor.creator) creator(ancestor.creator, Goroutine::kNoGoroutine);
  }

  const Snapshot& snapshot_;
  std::string text_;
};

Result<Unit> write_traceback(const Report& report, const OutputOptions&, Sink& sink) {
  if (report.series == nullptr || report.series->snapshots.empty()) {
    return fail(Kind::unsupported, "traceback: this answer has no goroutines in it",
                "goknot dump TARGET writes them");
  }
  const Snapshot& snapshot = report.series->snapshots.back();
  Traceback traceback(snapshot);
  for (std::uint32_t row = 0; row < snapshot.goroutines.size(); ++row) {
    if (snapshot.goroutines[row].system) continue;
    traceback.goroutine(row);
    if (traceback.size() >= kPiece) TRY(sink.write(traceback.take()));
  }
  return sink.write(traceback.take());
}

}  // namespace

const Output traceback_output{.name = "traceback",
                              .summary = "the goroutines as Go prints them (debug=2)",
                              .media_type = "text/plain",
                              .extension = "txt",
                              .write = write_traceback};

}  // namespace goknot::output
