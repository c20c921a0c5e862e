// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/text_dump_reader.h"

#include "goknot/source/text_dump_elision.h"
#include "goknot/source/text_dump_scan.h"

#include <algorithm>
#include <array>
#include <utility>

namespace goknot::source {

namespace {

// More dumps than this in one text are counted as one: each has tables of its own.
constexpr std::size_t kMostSnapshots = 4096;
// A dump further behind its announcement than this has another cause.
constexpr std::uint32_t kAnnouncementReach = 5000;
// So many strange lines in the middle of a stack end it.
constexpr int kMostStrangeLines = 24;
constexpr std::size_t kLongestCause = 400;

bool looks_like_cut_header(std::string_view text) {
  constexpr std::string_view kWord = "goroutine ";
  if (text.size() < 3) return false;
  if (kWord.starts_with(text)) return true;
  return text.starts_with(kWord) && text.size() > kWord.size() && is_digit(text[kWord.size()]) &&
         !text.contains("]:");
}

// Whether a line can be the beginning of a file line whose end is lost.
bool looks_like_cut_file(std::string_view text) {
  return text.find_first_of(" (),=\"'") == std::string_view::npos &&
         (text.starts_with('/') || text.contains('/'));
}

}  // namespace

DumpReader::DumpReader(const Input& input)
    : input_(input), text_(input.bytes), builder_(input), known_(input.bytes) {
  builder_.expect(text_.size());
}

DumpReader::DumpReader(const Input& input, std::size_t from)
    : input_(input), text_(input.bytes), begin_(from), at_(from), builder_(input), known_(text_) {
  builder_.expect(text_.size() - from);
}

std::vector<Snapshot> DumpReader::read() {
  read_until(text_.size());
  return finish();
}

// end_goroutine() may find that the goroutine it ends begins the next snapshot, because its id was
// there before on another stack; then the reader stands before it again, and the loop goes on.
void DumpReader::read_until(std::size_t end) {
  const auto is_useless = [this] { return begin_ != 0 && !done_.empty(); };
  do {
    while (at_ < end && !is_useless()) {
      read_line(take_line());
      if (expects_clean_stack()) read_clean_stack();
    }
  } while (!is_useless() && !end_goroutine());
}

// Whether nothing that was read so far changes what the lines after it mean.
bool DumpReader::can_be_joined() const {
  return builder_.has_goroutines() && !announcement_ && !goleak_ && !in_race_ && !after_dashes_ &&
         !expect_preamble_again_;
}

Joined DumpReader::join(const DumpReader& later) {
  if (!can_be_joined() || !later.can_be_joined() || !later.done_.empty()) return Joined::no;
  if (builder_.join(later.builder_, line_) == Joined::no) return Joined::no;
  if (elided_line_ == 0 && later.elided_line_ != 0) elided_line_ = line_ + later.elided_line_;
  cut_line_ = later.cut_line_;
  at_ = later.at_;
  line_ += later.line_;
  return Joined::yes;
}

std::vector<Snapshot> DumpReader::finish() {
  add_end_gaps();
  if (builder_.has_goroutines()) {
    commit();
  } else if (done_.empty() && race_line_ != 0) {
    add_race_only();
  }
  for (Snapshot& snapshot : done_) snapshot.origin.lines = line_;
  return std::move(done_);
}

// Reads frames as long as their lines are as Go prints them; the first that is not is left to
// read_line.
// The fast way, for the many lines of a large dump that are as Go prints them and were met before:
// two lines are found in a table by their bytes, and nothing is parsed. What is not so falls back
// to read_line.
void DumpReader::read_clean_stack() {
  while (at_ < text_.size() && text_[at_] != '\n') {
    auto match = known_.find(at_);
    if (!match && learn_clean_lines()) match = known_.find(at_);
    if (!match) return;
    at_ = match->end;
    line_ += 2;
    if (match->head.kind == PlaceKind::creator) {
      builder_.set_creator(match->frame, match->head.parent);
      return;
    }
    builder_.add_frame(match->frame, match->head.arguments);
  }
}

// Adds the two lines here to those that are known; false if they are not clean.
bool DumpReader::learn_clean_lines() {
  const auto lines = split_clean_lines(text_, at_);
  if (!lines) return false;
  const auto file = parse_file_line(trim(lines->file_line), FileLineWanted::no);
  if (!file) return false;
  if (lines->head.kind == PlaceKind::creator) {
    const auto created = parse_created_by(trim(lines->function_line));
    if (!created || !lines->head.head.ends_with(created->name)) return false;
    known_.add(*lines, builder_.creator(*created, &*file));
    return true;
  }
  const auto function = parse_function_line(trim(lines->function_line));
  if (!function || (function->looks != Looks::like_a_frame && !function->inlined)) return false;
  known_.add(*lines, builder_.frame(*function, &*file));
  return true;
}

// Whether the next lines should be frames, with nothing strange between them and the last ones.
bool DumpReader::expects_clean_stack() const {
  return !stack_over_ && !gap_ && !pending_ && builder_.takes_frames() && !builder_.in_ancestor();
}

DumpReader::Line DumpReader::take_line() {
  Line line{.offset = at_, .number = ++line_};
  const std::size_t end = text_.find('\n', at_);
  line.ended = end != std::string_view::npos;
  const std::string_view whole = text_.substr(at_, line.ended ? end - at_ : end);
  line.indented = !whole.empty() && is_blank(whole.front());
  line.text = trim(whole);
  at_ = line.ended ? end + 1 : text_.size();
  return line;
}

// The order of the readers matters: what could be a function line to one reader ("goroutine 7
// [running]:") is a header to an earlier one. An empty line ends nothing by itself; logs put some
// in between.
void DumpReader::read_line(const Line& line) {
  constexpr std::array<LineHandler, 10> kHandlers = {
      &DumpReader::read_race,    &DumpReader::read_header,   &DumpReader::read_goleak,
      &DumpReader::read_creator, &DumpReader::read_ancestor, &DumpReader::read_elision,
      &DumpReader::read_mark,    &DumpReader::read_preamble, &DumpReader::read_function,
      &DumpReader::read_other};
  if (line.text.empty()) {
    gap_ = true;
    return;
  }
  cut_line_ = 0;
  if (complete_pending(line)) return;
  for (const LineHandler handler : kHandlers) {
    if ((this->*handler)(line)) return;
  }
}

// A function line only counts once its file line has come: "main.f(0x1)" alone may be a line of a
// log.
bool DumpReader::complete_pending(const Line& line) {
  if (!pending_) return false;
  if (pending_->function.looks == Looks::wrapped) return continue_arguments(line.text);
  if (const auto file = parse_file_line(line.text, FileLineWanted::yes)) {
    add_pending(&*file);
    return true;
  }
  if (!looks_like_cut_file(line.text) || (!line.indented && !line.text.starts_with('/'))) {
    return false;
  }
  add_pending(nullptr);
  cut_line_ = line.number;
  return true;
}

bool DumpReader::continue_arguments(std::string_view text) {
  const bool ends = text.ends_with(')');
  if (!is_argument_text(ends ? text.substr(0, text.size() - 1) : text)) return false;
  const char* const begin = pending_->function.arguments.data();
  const char* const end = text.data() + text.size() - (ends ? 1 : 0);
  pending_->function.arguments = {begin, static_cast<std::size_t>(end - begin)};
  if (ends) pending_->function.looks = Looks::like_a_frame;
  return true;
}

void DumpReader::flush_pending() {
  if (!pending_) return;
  const bool sure = pending_->is_creator || pending_->function.looks == Looks::wrapped ||
                    (pending_->function.looks == Looks::like_a_frame && !pending_->after_gap);
  if (sure) {
    add_pending(nullptr);
  } else {
    pending_.reset();
  }
}

// Whether the file line of a frame may still come, though another line stood in its place: a log
// that goes on between the two.
bool DumpReader::waits_for_its_file() {
  const bool sure = pending_->is_creator || pending_->function.looks == Looks::like_a_frame;
  return sure && ++pending_->strange_lines <= 3;
}

void DumpReader::add_pending(const FileLine* file) {
  const Pending pending = *std::exchange(pending_, std::nullopt);
  add_frame(pending, file);
  gap_ = false;
  strange_lines_ = 0;
}

void DumpReader::add_frame(const Pending& pending, const FileLine* file) {
  open_announced();
  if (!builder_.takes_frames()) return;
  if (pending.is_creator) {
    const CreatedBy created{.name = pending.function.name, .parent = pending.parent};
    builder_.set_creator(builder_.creator(created, file), pending.parent);
    return;
  }
  builder_.add_frame(builder_.frame(pending.function, file), pending.function.arguments);
}

// Ends the goroutine that is open. False if it turned out to begin the next snapshot: the reader
// then stands before it again.
bool DumpReader::end_goroutine() {
  flush_pending();
  open_announced();
  stack_over_ = true;
  const bool keep = after_dashes_ || done_.size() + 1 >= kMostSnapshots;
  if (builder_.end(keep ? OnReturn::keep : OnReturn::refuse) == Ended::kept) return true;
  commit();
  announcement_.reset();
  at_ = open_offset_;
  line_ = open_line_ - 1;
  return false;
}

void DumpReader::commit() {
  if (elided_line_ != 0) {
    builder_.snapshot().gaps.push_back({.where = "line " + std::to_string(elided_line_),
                                        .what = "somebody left goroutines out of the text",
                                        .hides = "what they do and what they hold"});
  }
  elided_line_ = 0;
  done_.push_back(std::move(builder_).finish());
  builder_ = DumpBuilder(input_);
  known_ = KnownPlaces(text_);
  after_dashes_ = false;
}

void DumpReader::open(const GoroutineHeader& header, std::size_t offset, std::uint32_t line) {
  begin_snapshot(line);
  builder_.begin(header, line);
  open_offset_ = offset;
  open_line_ = line;
  stack_over_ = gap_ = in_race_ = expect_preamble_again_ = false;
  strange_lines_ = 0;
}

// Opens the goroutine that goleak announced and that has no header of its own.
bool DumpReader::open_announced() {
  if (!goleak_) return false;
  const GoroutineHeader header = *std::exchange(goleak_, std::nullopt);
  open(header, goleak_offset_, goleak_line_);
  return true;
}

void DumpReader::begin_snapshot(std::uint32_t line) {
  const auto announced = std::exchange(announcement_, std::nullopt);
  const bool due = announced && line - announced->last_line <= kAnnouncementReach;
  if (due && builder_.has_goroutines() && done_.size() + 1 < kMostSnapshots) commit();
  if (builder_.has_goroutines()) return;
  builder_.snapshot().line = due ? announced->line : line;
  builder_.snapshot().origin.format = "stack";
  if (due) say_cause(announced->preamble.cause, announced->preamble.format, announced->text);
}

void DumpReader::say_cause(Cause cause, std::string_view format, std::string_view text) {
  Origin& origin = builder_.snapshot().origin;
  origin.cause = cause;
  origin.format = format;
  origin.cause_text = text.substr(0, kLongestCause);
}

bool DumpReader::read_header(const Line& line) {
  const auto header = parse_goroutine_header(line.text);
  if (!header) return false;
  if (goleak_ && goleak_->id == header->id) {
    goleak_.reset();
  }
  if (!end_goroutine()) return true;
  open(*header, line.offset, line.number);
  if (builder_.snapshot().origin.cause == Cause::none &&
      line.text.contains("leaktest: leaked goroutine:")) {
    say_cause(Cause::leak_report, "leaktest", line.text.substr(0, line.text.rfind(": goroutine ")));
  }
  return true;
}

bool DumpReader::read_goleak(const Line& line) {
  const auto header = parse_goleak_header(line.text);
  if (!header) return false;
  if (!end_goroutine()) return true;
  goleak_ = header;
  goleak_offset_ = line.offset;
  goleak_line_ = line.number;
  stack_over_ = gap_ = false;
  if (!announcement_ && !builder_.has_goroutines()) {
    announcement_ =
        Announcement{{Cause::leak_report, "goleak"}, line.text, line.number, line.number};
  }
  return true;
}

bool DumpReader::read_creator(const Line& line) {
  const auto created = parse_created_by(line.text);
  if (!created) return false;
  flush_pending();
  if (stack_over_) return true;
  pending_ =
      Pending{.function = {.name = created->name}, .parent = created->parent, .is_creator = true};
  return true;
}

bool DumpReader::read_ancestor(const Line& line) {
  std::string_view text = line.text;
  if (!skip(text, "[originating from goroutine ")) return false;
  flush_pending();
  const auto id = skip_number<std::int64_t>(text);
  if (id && builder_.is_open()) builder_.begin_ancestor(*id);
  return true;
}

bool DumpReader::read_elision(const Line& line) {
  if (!builder_.has_goroutines() && !builder_.is_open() && !goleak_) return false;
  const auto elision = parse_elision(line.text);
  if (!elision) return false;
  flush_pending();
  const bool in_stack = elision->by_runtime || (!gap_ && !stack_over_);
  if (in_stack && open_announced()) gap_ = false;
  if (in_stack && builder_.takes_frames()) {
    builder_.elide(elision->frames);
  } else {
    elided_line_ = elided_line_ == 0 ? line.number : elided_line_;
  }
  return true;
}

// Whether the dump was printed by a dying program, which prints each thread's part after "-----"
// (go1.27 runtime/signal_unix.go: sighandler).
bool DumpReader::ends_by_crash() {
  const Cause cause = builder_.snapshot().origin.cause;
  return cause == Cause::signal || cause == Cause::fatal || cause == Cause::panic;
}

bool DumpReader::read_mark(const Line& line) {
  if (line.text == "goroutine running on other thread; stack unavailable") {
    if (builder_.is_open()) builder_.set_stack_unavailable();
    return true;
  }
  const bool dashes = line.text == "-----";
  if (!dashes && line.text != "runtime stack:") return false;
  if (!end_goroutine()) return true;
  if (dashes && builder_.has_goroutines() && ends_by_crash())
    after_dashes_ = expect_preamble_again_ = true;
  return true;
}

bool DumpReader::read_race(const Line& line) {
  if (line.text == "WARNING: DATA RACE") {
    if (!end_goroutine()) return true;
    in_race_ = true;
    race_line_ = race_line_ == 0 ? line.number : race_line_;
    return true;
  }
  if (!in_race_) return false;
  if (line.text.starts_with("==========")) {
    in_race_ = false;
    return true;
  }
  return !parse_goroutine_header(line.text) && !parse_preamble(line.text);
}

bool DumpReader::read_preamble(const Line& line) {
  const auto preamble = parse_preamble(line.text);
  if (!preamble) return false;
  if (!end_goroutine()) return true;
  in_race_ = false;
  if (expect_preamble_again_) return true;
  // "panic: a [recovered]" and "panic: b" below it are one story; the first line tells it.
  if (announcement_ && announcement_->last_line + 1 == line.number &&
      announcement_->preamble.format == preamble->format) {
    announcement_->last_line = line.number;
    return true;
  }
  after_dashes_ = false;
  announcement_ = Announcement{*preamble, line.text, line.number, line.number};
  return true;
}

bool DumpReader::read_function(const Line& line) {
  if (stack_over_ || !(builder_.takes_frames() || goleak_)) return false;
  auto function = parse_function_line(line.text);
  if (!function) return false;
  const bool bare = function->arguments.data() == nullptr && !function->inlined;
  const bool below_main = function->name == "runtime.main" || function->name == "runtime.goexit";
  if (gap_ && (bare || (builder_.seems_whole() && !below_main))) return false;
  flush_pending();
  pending_ = Pending{.function = *function, .after_gap = gap_};
  return true;
}

bool DumpReader::read_other(const Line& line) {
  if (builder_.has_goroutines() || builder_.is_open()) {
    const std::string_view goarch = goarch_of_register(line.text);
    if (!goarch.empty() && builder_.snapshot().origin.goarch.empty()) {
      builder_.snapshot().origin.goarch = goarch;
    }
  }
  gap_ = true;
  if (++strange_lines_ > kMostStrangeLines) stack_over_ = true;
  if (pending_ && !waits_for_its_file()) flush_pending();
  if (!line.ended && looks_like_cut_header(line.text)) cut_line_ = line.number;
  return true;
}

// net/http/pprof cuts debug=2 at 64 MiB (runtime/pprof/pprof.go writeGoroutineStacks),
// runtime.Stack fills the buffer that it was given: mostly a power of two, and the text ends in the
// middle of a line.
bool DumpReader::fills_a_buffer() const {
  constexpr std::size_t kEndpointBuffer = std::size_t{64} << 20U;
  constexpr std::size_t kNear = 4096;
  const std::size_t size = text_.size();
  if (size <= kEndpointBuffer && size + kNear > kEndpointBuffer) return true;
  return size >= 4096 && (size & (size - 1)) == 0 && !text_.ends_with('\n');
}

void DumpReader::add_end_gaps() {
  if (!builder_.has_goroutines()) return;
  std::vector<Gap>& gaps = builder_.snapshot().gaps;
  const std::string here = "line " + std::to_string(line_);
  if (fills_a_buffer()) {
    gaps.push_back({.where = here,
                    .what = "the text is as long as a buffer (" + std::to_string(text_.size()) +
                            " bytes) and ends there",
                    .hides = "goroutines after this one"});
  } else if (cut_line_ != 0 || !builder_.last_is_whole()) {
    gaps.push_back({.where = here,
                    .what = "the text ends in the middle of a stack",
                    .hides = "the rest of this stack, and goroutines after it"});
  }
}

void DumpReader::add_race_only() {
  begin_snapshot(race_line_);
  say_cause(Cause::data_race, "race", "WARNING: DATA RACE");
  builder_.snapshot().gaps.push_back(
      {.where = "line " + std::to_string(race_line_),
       .what = "a report of the race detector shows two accesses, not the goroutines",
       .hides = "every goroutine of the program"});
  commit();
}

}  // namespace goknot::source
