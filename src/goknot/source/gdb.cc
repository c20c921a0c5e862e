// SPDX-License-Identifier: Apache-2.0
// A session of gdb with Go's extension, as pasted (docs/formats/gdb.md).
//
//   (gdb) info goroutines
//     1 waiting  runtime.gopark
//   * 8 syscall  runtime.notetsleepg
//   (gdb) goroutine 1 bt
//   #0  runtime.gopark (unlockf=<optimized out>, …) at /usr/local/go/src/runtime/proc.go:474
//   #1  0x000000000041458e in runtime.chanrecv (c=0xc0000bc070, …) at …/runtime/chan.go:667
//
// Values of arguments are passed over: gdb takes those that came in registers from the registers of
// the thread it stands on.
#include "goknot/model/status.h"
#include "goknot/source/format.h"
#include "goknot/source/gdb_lines.h"
#include "goknot/source/profile_facts.h"
#include "goknot/source/scan.h"
#include "goknot/source/text_dump_header.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace goknot::source {

namespace {

constexpr std::size_t kSniffed = 1 << 20;
constexpr std::size_t kLongestFrame = 1 << 16;  // bytes, with its continuation lines

// One goroutine as far as it is told.
struct GdbGoroutine {
  std::int64_t id = Goroutine::kNoGoroutine;
  std::uint64_t line = 0;
  std::string_view status = {}, function = {};
  std::string reason = {};
  std::vector<FrameId> frames = {};
  bool cut = false;
  bool listed = false;
};

// Whether what comes next is not of the goroutine that was asked for.
bool is_other_stack(std::string_view text) {
  return text.starts_with("(gdb)") || text.starts_with("Thread ") ||
         text.starts_with("[Switching to thread ");
}

class Reader {
 public:
  explicit Reader(const Input& input) : input_(input) {}

  Result<std::vector<Snapshot>> read();

 private:
  // Whose stack the next frames are; those of a thread are nobody's.
  enum class Owner { nobody, one, next_in_list };

  void read_line(std::string_view line);
  bool continue_frame(std::string_view line);
  void end_frame();
  void add_frame(const GdbFrame& frame);
  void begin_stack();
  void add_row(const GdbRow& row);
  void give_ids_in_order();
  GdbGoroutine& with_id(std::int64_t id);
  Goroutine row_of(const GdbGoroutine& told);
  void gap(std::string where, std::string what, std::string hides);

  const Input& input_;
  Snapshot snapshot_;
  std::vector<GdbGoroutine> goroutines_;
  absl::flat_hash_map<std::int64_t, std::size_t> known_;
  std::vector<GdbGoroutine> in_order_;  // stacks of "goroutine all bt"
  GdbGoroutine* open_ = nullptr;        // whose frames are being read
  std::string frame_;                   // text of the frame being read
  bool in_frame_ = false;
  Owner owner_ = Owner::nobody;
  std::int64_t asked_ = 0;  // the goroutine of the last command
  bool list_cut_ = false;
  std::uint64_t number_ = 0;
};

Result<std::vector<Snapshot>> Reader::read() {
  LineReader lines(input_.bytes);
  while (const auto line = lines.next()) {
    number_ = lines.number();
    read_line(*line);
  }
  end_frame();
  give_ids_in_order();
  if (goroutines_.empty()) return fail(Kind::damaged, "no goroutine of a gdb session");
  snapshot_.name = input_.name;
  snapshot_.line = goroutines_.front().line;
  snapshot_.origin.kind = SourceKind::text;
  snapshot_.origin.format = "gdb";
  snapshot_.origin.wrapped_in = input_.wrapped_in;
  snapshot_.origin.lines = number_;
  snapshot_.origin.detail = Detail::listing;
  std::uint64_t bare = 0;
  for (const GdbGoroutine& told : goroutines_) {
    if (!told.frames.empty()) snapshot_.origin.detail = Detail::counts;
    bare += told.frames.empty() ? 1U : 0U;
    snapshot_.goroutines.push_back(row_of(told));
  }
  if (bare > 0)
    gap(fmt::format("{} goroutines", bare), "their stacks are not shown", "what they do");
  if (list_cut_) gap("the list", "it was cut short", "goroutines");
  gap("all goroutines", "gdb shows no reasons of waits, ages and creators",
      "for how long they wait, and for what");
  snapshot_.origin.complete = false;
  std::vector<Snapshot> snapshots;
  snapshots.push_back(std::move(snapshot_));
  return snapshots;
}

void Reader::read_line(std::string_view line) {
  if (continue_frame(line)) return;
  end_frame();
  const std::string_view text = trimmed(line);
  if (text.starts_with('#')) {
    frame_ = text;
    in_frame_ = true;
    return;
  }
  if (const auto command = parse_gdb_stack_command(text)) {
    owner_ = command->id < 0 ? Owner::next_in_list : Owner::one;
    asked_ = command->id;
    open_ = nullptr;
  } else if (const auto row = parse_gdb_row(text)) {
    add_row(*row);
  } else if (text.starts_with("Backtrace stopped") || text.starts_with("(More stack frames")) {
    if (open_ != nullptr) open_->cut = true;
  } else if (text == "Quit") {
    (open_ != nullptr ? open_->cut : list_cut_) = true;
  } else if (is_other_stack(text)) {
    owner_ = Owner::nobody;
    open_ = nullptr;
  }
}

// gdb breaks lines at the width of the terminal, and indents what goes on.
bool Reader::continue_frame(std::string_view line) {
  if (!in_frame_ || !line.starts_with("    ") || frame_.size() > kLongestFrame) return false;
  frame_ += " ";
  frame_ += trimmed(line);
  return true;
}

void Reader::end_frame() {
  if (!std::exchange(in_frame_, false)) return;
  if (const auto frame = parse_gdb_frame(frame_)) add_frame(*frame);
}

// A function without an address of its own is what the frames before it are inlined into.
void Reader::add_frame(const GdbFrame& told) {
  if (owner_ == Owner::nobody) return;
  if (told.depth == 0) begin_stack();
  if (open_ == nullptr || told.function == "??") return;
  if (!told.reason.empty() && open_->reason.empty()) open_->reason = told.reason;
  if (told.depth > 0 && !told.has_pc && !open_->frames.empty()) {
    Frame inner = snapshot_.stacks[open_->frames.back()];
    inner.inlined = true;
    open_->frames.back() = snapshot_.stacks.add(inner);
  }
  Frame frame;
  frame.function = snapshot_.strings.add(told.function);
  frame.file = snapshot_.strings.add(told.file);
  frame.line = told.line;
  open_->frames.push_back(snapshot_.stacks.add(frame));
}

void Reader::begin_stack() {
  if (owner_ == Owner::next_in_list) {
    open_ = &in_order_.emplace_back();
  } else {
    open_ = &with_id(asked_);
    open_->frames.clear();
  }
  if (open_->line == 0) open_->line = number_;
}

GdbGoroutine& Reader::with_id(std::int64_t id) {
  const auto [entry, added] = known_.try_emplace(id, goroutines_.size());
  if (added) goroutines_.push_back({.id = id, .line = number_});
  return goroutines_[entry->second];
}

void Reader::add_row(const GdbRow& row) {
  open_ = nullptr;
  GdbGoroutine& told = with_id(row.id);
  told.listed = true;
  told.status = row.status;
  told.function = row.function;
}

// "goroutine all bt" names nobody, but goes through the same list in the same order.
void Reader::give_ids_in_order() {
  std::vector<std::size_t> listed;
  for (std::size_t i = 0; i < goroutines_.size(); i++) {
    if (goroutines_[i].listed) listed.push_back(i);
  }
  const bool fits =
      listed.size() == in_order_.size() &&
      std::ranges::equal(listed, in_order_, [&](std::size_t row, const GdbGoroutine& stack) {
        return stack.frames.empty() ||
               snapshot_.function(stack.frames.front()) == goroutines_[row].function;
      });
  if (fits) {
    for (std::size_t i = 0; i < listed.size(); i++) {
      GdbGoroutine& told = goroutines_[listed[i]];
      if (!told.frames.empty()) continue;
      told.frames = std::move(in_order_[i].frames);
      told.reason = in_order_[i].reason;
      told.cut = in_order_[i].cut;
    }
    return;
  }
  // Their stacks say more than the list does.
  if (!in_order_.empty()) goroutines_ = std::move(in_order_);
}

Goroutine Reader::row_of(const GdbGoroutine& told) {
  Goroutine row;
  row.id = told.id;
  row.line = static_cast<std::uint32_t>(std::min<std::uint64_t>(told.line, UINT32_MAX));
  const Status status = parse_status(told.reason.empty() ? told.status : told.reason);
  row.status = snapshot_.strings.add(status.text);
  row.state = status.state;
  row.reason = status.reason;
  std::vector<FrameId> frames = told.frames;
  if (frames.empty() && !told.function.empty()) {
    Frame frame;
    frame.function = snapshot_.strings.add(told.function);
    frames.push_back(snapshot_.stacks.add(frame));
  }
  row.stack = snapshot_.stacks.add(frames);
  row.stack_cut = told.cut || told.frames.empty();
  row.system = !row.stack_cut && is_runtime_only(snapshot_, row.stack);
  return row;
}

void Reader::gap(std::string where, std::string what, std::string hides) {
  snapshot_.gaps.push_back(
      {.where = std::move(where), .what = std::move(what), .hides = std::move(hides)});
}

// Two rows of a list, or a command and the stack below it: a single line like a row may be of
// anything.
bool looks_like_gdb(std::string_view bytes) {
  LineReader lines(bytes.substr(0, kSniffed));
  int rows = 0;
  bool list = false;
  bool command = false;
  while (const auto line = lines.next()) {
    list |= line->contains("info goroutines");
    // A traceback as Go prints it.
    if (line->starts_with("goroutine ") && parse_goroutine_header(*line)) return false;
    rows = parse_gdb_row(*line) ? rows + 1 : rows;
    if (rows > 1 || (list && rows > 0)) return true;
    if (parse_gdb_stack_command(*line)) {
      command = true;
    } else if (command && trimmed(*line).starts_with("#0 ")) {
      return true;
    }
  }
  return false;
}

Result<std::vector<Snapshot>> read_gdb(const Input& input) { return Reader(input).read(); }

}  // namespace

const Format gdb_format{.name = "gdb",
                        .summary = "gdb's \"info goroutines\" and \"goroutine N bt\", as pasted",
                        .sniff = looks_like_gdb,
                        .read = read_gdb};

}  // namespace goknot::source
