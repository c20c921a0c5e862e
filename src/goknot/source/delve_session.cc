// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/delve_session.h"

#include "goknot/source/delve_lines.h"
#include "goknot/source/delve_snapshot.h"
#include "goknot/source/scan.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace goknot::source {

namespace {

// Bytes at the beginning of a text in which the forms of Delve are looked for.
constexpr std::size_t kSniffed = 1 << 20;

// Commands that let the program run on, so that what was seen before is another moment.
constexpr std::array<std::string_view, 22> kResuming = {"continue",
                                                        "c",
                                                        "next",
                                                        "n",
                                                        "step",
                                                        "s",
                                                        "stepout",
                                                        "so",
                                                        "restart",
                                                        "r",
                                                        "call",
                                                        "rewind",
                                                        "rw",
                                                        "step-instruction",
                                                        "si",
                                                        "stepi",
                                                        "next-instruction",
                                                        "ni",
                                                        "nexti",
                                                        "rev",
                                                        "rebuild",
                                                        "checkpoint"};

// Commands for one goroutine: "goroutine 5 bt".
bool is_goroutine_command(std::string_view word) { return word == "goroutine" || word == "gr"; }

// The number between two words: "[7 goroutines]".
std::optional<std::uint64_t> number_between(std::string_view line, std::string_view before,
                                            std::string_view after) {
  Scan scan(line);
  if (!scan.take(before)) return std::nullopt;
  const auto number = scan.number();
  return number && scan.take(after) && scan.done() ? number : std::nullopt;
}

std::optional<std::int64_t> goroutine_id(std::optional<std::uint64_t> number) {
  if (!number || *number > INT64_MAX) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

// Reads a session line by line and tells the snapshot builder what belongs to whom.
//     (dlv) goroutines -t
//     * Goroutine 1 - User: ./main.go:54 main.main (0x4dc9d0) (thread 18849)
//             0  0x00000000004dc9d0 in main.main
//                at ./main.go:54
//       Goroutine 18 - User: ./main.go:17 main.(*hub).send (0x4dc4b8) [chan send]
//     [2 goroutines]
//     (dlv) goroutine 18 bt
//     0  0x000000000047dc0e in runtime.gopark
// Commands say which goroutine the next stack is of, and whether the program ran on. Prompts are
// often not pasted along, so rows and stacks are known by their own form.
class SessionReader {
 public:
  explicit SessionReader(const Input& input) : input_(input) {}

  Result<std::vector<Snapshot>> read();

 private:
  void read_line(std::string_view line, bool prompt);
  bool read_row(std::string_view line);
  bool read_stack(std::string_view line);
  bool read_mark(std::string_view line);
  bool read_long_form(std::string_view line);
  void read_command(std::string_view line);
  void begin_stack();
  void select(std::int64_t goroutine);
  void finish();
  DelveSnapshot& snapshot();

  const Input& input_;
  std::vector<Snapshot> done_;
  std::optional<DelveSnapshot> open_;
  std::uint64_t number_ = 0;
  bool moved_ = false;                    // the program ran since the last list
  std::optional<std::int64_t> selected_;  // goroutine that commands are about
  std::optional<std::int64_t> row_;       // goroutine of the line or command just read
  std::optional<std::int64_t> long_form_;
};

Result<std::vector<Snapshot>> SessionReader::read() {
  LineReader lines(input_.bytes);
  while (const auto line = lines.next()) {
    number_ = lines.number();
    const DelvePrompt found = without_prompt(*line);
    read_line(found.line, found.prompt);
  }
  finish();
  if (done_.empty()) return fail(Kind::damaged, "no goroutine and no stack of a Delve session");
  for (Snapshot& snapshot : done_) snapshot.origin.lines = number_;
  return std::move(done_);
}

void SessionReader::read_line(std::string_view line, bool prompt) {
  if (prompt) row_.reset();
  if (line.empty() || read_row(line) || read_stack(line) || read_mark(line)) return;
  if (read_long_form(line)) return;
  if (prompt) read_command(line);
}

DelveSnapshot& SessionReader::snapshot() {
  if (!open_) open_.emplace(input_, number_);
  return *open_;
}

void SessionReader::finish() {
  if (open_ && !open_->empty()) done_.push_back(open_->finish());
  open_.reset();
}

bool SessionReader::read_row(std::string_view line) {
  const auto row = parse_delve_row(line);
  if (!row) return false;
  if (open_ && open_->has_list() && (moved_ || open_->contradicts(*row))) finish();
  moved_ = false;
  long_form_.reset();
  snapshot().add_row(*row, number_);
  if (row->unreadable) return true;
  row_ = row->id;
  if (row->current) selected_ = row->id;
  return true;
}

bool SessionReader::read_stack(std::string_view line) {
  if (const auto frame = parse_delve_frame(line)) {
    if (frame->depth == 0) begin_stack();
    snapshot().add_frame(*frame, number_);
    return true;
  }
  if (!open_) return false;
  if (const auto at = parse_delve_at(line)) return open_->set_place(*at);
  if (line == "(truncated)") return open_->cut_stack(StackEnd::truncated);
  if (line.starts_with("error: ")) return open_->cut_stack(StackEnd::broken);
  return false;
}

// The stack of the goroutine just named, or else of the selected one. Stacks alone, after the
// program ran on, are another snapshot; those below a list are kept with it.
void SessionReader::begin_stack() {
  if (moved_ && open_ && !open_->has_list()) {
    finish();
    moved_ = false;
  }
  snapshot().begin_stack(row_ ? row_ : selected_);
  row_.reset();
}

bool SessionReader::read_mark(std::string_view line) {
  if (const auto count = number_between(line, "[", " goroutines]")) {
    snapshot().set_count(*count);
    row_.reset();
    return true;
  }
  if (const auto total = number_between(line, "Total: ", "")) {
    if (open_) open_->end_group(*total);
    row_.reset();
    return true;
  }
  if (line.starts_with("Labels: ")) {
    if (open_) open_->set_labels(row_ ? row_ : long_form_, line.substr(8));
    return true;
  }
  if ((line == "interrupted" || line == "Too many groups") && open_) {
    open_->cut_list();
    return true;
  }
  return false;
}

// "Switched from 0 to 5 (thread 18849)", "Goroutine 5:" with its places below, "> main.f() …
// (hits goroutine(6):1 total:1)".
bool SessionReader::read_long_form(std::string_view line) {
  Scan scan(line);
  if (scan.take("Switched from ") && scan.number() && scan.take(" to ")) {
    if (const auto id = goroutine_id(scan.number())) select(*id);
    return true;
  }
  if (const auto id = goroutine_id(number_between(line, "Goroutine ", ":"))) {
    select(*id);
    long_form_ = id;
    return true;
  }
  if (long_form_) {
    if (const auto place = parse_delve_place(line)) {
      snapshot().add_place(*long_form_, *place, number_);
      return true;
    }
  }
  const std::size_t hit = line.find("(hits goroutine(");
  if (line.starts_with('>') && hit != std::string_view::npos) {
    if (const auto id = goroutine_id(Scan(line.substr(hit + 16)).number())) select(*id);
    return true;
  }
  return false;
}

void SessionReader::select(std::int64_t goroutine) {
  selected_ = goroutine;
  row_.reset();
  long_form_.reset();
}

void SessionReader::read_command(std::string_view line) {
  Scan scan(line);
  const std::string_view word = scan.word();
  long_form_.reset();
  if (open_) open_->end_list();
  if (is_goroutine_command(word)) row_ = goroutine_id(scan.space().number());
  if (std::ranges::find(kResuming, word) == kResuming.end()) return;
  moved_ = true;
  selected_.reset();
}

// Whether a line of the first part of a text passes.
template <typename Test>
bool any_line(std::string_view bytes, Test test) {
  LineReader lines(bytes.substr(0, kSniffed));
  while (const auto line = lines.next()) {
    if (test(without_prompt(*line).line)) return true;
  }
  return false;
}

}  // namespace

Result<std::vector<Snapshot>> read_delve_session(const Input& input) {
  return SessionReader(input).read();
}

bool has_delve_list(std::string_view bytes) {
  return any_line(bytes, [](std::string_view line) { return parse_delve_row(line).has_value(); });
}

bool has_delve_stack(std::string_view bytes) {
  bool frame = false;
  return any_line(bytes, [&](std::string_view line) {
    return std::exchange(frame, parse_delve_frame(line).has_value()) && parse_delve_at(line);
  });
}

}  // namespace goknot::source
