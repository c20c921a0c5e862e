// SPDX-License-Identifier: Apache-2.0
// The text form of a goroutine profile, /debug/pprof/goroutine?debug=1 (docs/formats/debug1.md).
//
//   goroutine profile: total 126
//   25 @ 0x42f62f 0x40502b 0xe7435b 0x45cc41
//   # labels: {"request":"42"}
//   #	0xe7435a	example.com/store.start.func1+0x18a	/src/store/proxy.go:318
//
// go1.27 runtime/pprof/pprof.go: printCountProfile, printStackRecord. The addresses behind "@" are
// return addresses, those of the rows are one less.
#include "goknot/source/format.h"
#include "goknot/source/profile_facts.h"
#include "goknot/source/scan.h"
#include "goknot/source/source_place.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace goknot::source {

namespace {

constexpr std::size_t kSniffed = 1 << 20;
constexpr std::size_t kAddressesKept = 1024;

// "goroutine profile: total 126", and the first lines of profiles of other things.
struct Header {
  std::string_view kind;
  std::optional<std::uint64_t> total;
};

std::optional<Header> parse_header(std::string_view line) {
  constexpr std::string_view kTotal = " profile: total ";
  line = trimmed(line);
  if (line.starts_with("heap profile: ") && line.contains(" @ ")) return Header{"heap", {}};
  if (line == "--- contention:") return Header{"contention", {}};
  if (line == "--- mutex:") return Header{"mutex", {}};
  const std::size_t at = line.find(kTotal);
  if (at == std::string_view::npos) return std::nullopt;
  const auto total = Scan(line.substr(at + kTotal.size())).number();
  const std::size_t before = line.find_last_of(" \t*`", at == 0 ? 0 : at - 1);
  const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
  if (!total || start >= at) return std::nullopt;
  return Header{line.substr(start, at - start), total};
}

bool is_goroutine_profile(std::string_view kind) {
  return kind == "goroutine" || kind == "goroutineleak";
}

// "25 @ 0x42f62f 0x40502b"
struct GroupLine {
  std::uint64_t count = 0;
  std::vector<std::uint64_t> addresses;  // the first of them
  std::uint64_t last = 0, before_last = 0;
};

std::optional<GroupLine> parse_group(std::string_view line) {
  Scan scan(trimmed(line));
  const auto count = scan.number();
  if (!count || !scan.space().take("@")) return std::nullopt;
  GroupLine group;
  group.count = *count;
  while (const auto address = scan.space().hex()) {
    if (group.addresses.size() < kAddressesKept) group.addresses.push_back(*address);
    group.before_last = std::exchange(group.last, *address);
  }
  if (group.addresses.empty() && !scan.done()) return std::nullopt;
  return group;
}

// "#	0xe7435a	store.start.func1+0x18a	/src/store/proxy.go:318"
struct Row {
  std::uint64_t pc = 0;
  std::string_view function;  // empty: no symbol
  std::uint64_t offset = 0;
  std::string_view file;
  std::uint32_t line = 0;
};

// "/src/store/proxy.go:318" into the row; whether it is whole. "**" behind it ends what was marked.
bool parse_place(std::string_view text, Row& row) {
  text = text.substr(0, text.find_last_not_of("*`") + 1);
  const auto place = parse_source_place(text);
  if (!place) return false;
  row.file = place->file;
  row.line = place->line;
  return true;
}

// "store.start.func1+0x18a	/src/store/proxy.go:318" into the row; names and paths may have
// blanks.
bool parse_symbol(std::string_view text, Row& row) {
  for (std::size_t at = text.find("+0x"); at != std::string_view::npos;
       at = text.find("+0x", at + 1)) {
    Scan scan(text.substr(at + 1));
    const auto offset = scan.hex();
    if (!offset || !(scan.done() || scan.rest().find_first_of(" \t") == 0)) continue;
    row.function = trimmed(text.substr(0, at));
    row.offset = *offset;
    return parse_place(trimmed(scan.rest()), row);
  }
  return false;
}

// A row and whether it is whole.
struct RowResult {
  Row row;
  bool whole = true;
};

std::optional<RowResult> parse_row(std::string_view line) {
  Scan scan(trimmed(line));
  scan.take("#");
  const auto pc = scan.space().hex();
  if (!pc) return std::nullopt;
  RowResult result;
  result.row.pc = *pc;
  if (scan.space().done()) return result;
  result.whole = parse_symbol(scan.rest(), result.row);
  return result;
}

// Reads all profiles of a text.
class Reader {
 public:
  explicit Reader(const Input& input) : input_(input) {}

  Result<std::vector<Snapshot>> read();

 private:
  // A group that is being read.
  struct Group {
    GroupLine line;
    std::uint64_t number = 0;
    std::vector<Row> rows;
    LabelsId labels;
    bool cut = false;
  };

  void read_line(std::string_view line);
  void begin_snapshot(const Header& header);
  void end_snapshot();
  void begin_group(GroupLine line);
  void end_group();
  bool is_whole(const Group& group);
  void read_labels(std::string_view text);
  void gap(std::string what, std::string hides);
  StackId add_stack(const Group& group);
  FrameId add_unnamed(std::uint64_t pc);
  FrameId add_frame(std::span<const Row> rows, std::size_t at);

  const Input& input_;
  std::vector<Snapshot> snapshots_;
  std::optional<Group> group_;
  std::string_view other_;  // kind of a profile that is not of goroutines
  std::string_view kind_ = "goroutine";
  std::uint64_t number_ = 0;
  std::uint64_t goexit_ = 0;  // where all stacks return to, 0: not yet known
  bool open_ = false;         // lines belong to the last snapshot
};

Result<std::vector<Snapshot>> Reader::read() {
  LineReader lines(input_.bytes);
  while (const auto line = lines.next()) {
    number_ = lines.number();
    read_line(*line);
  }
  end_snapshot();
  if (!snapshots_.empty()) {
    for (Snapshot& snapshot : snapshots_) snapshot.origin.lines = number_;
    return std::move(snapshots_);
  }
  if (!other_.empty()) return std::unexpected(not_of_goroutines(other_));
  return fail(Kind::damaged, "not a goroutine profile (no line \"goroutine profile: total N\")");
}

void Reader::read_line(std::string_view line) {
  if (const auto header = parse_header(line)) {
    end_snapshot();
    if (is_goroutine_profile(header->kind)) {
      begin_snapshot(*header);
    } else {
      other_ = header->kind;
    }
    return;
  }
  if (auto group = parse_group(line)) return begin_group(*std::move(group));
  if (!group_) return;
  if (const auto row = parse_row(line)) {
    group_->cut |= !row->whole;
    group_->rows.push_back(row->row);
    return;
  }
  Scan scan(trimmed(line));
  scan.take("#");
  if (scan.space().take("labels:")) read_labels(scan.space().rest());
}

void Reader::begin_snapshot(const Header& header) {
  Snapshot& snapshot = snapshots_.emplace_back();
  kind_ = header.kind;
  open_ = true;
  goexit_ = 0;
  other_ = {};
  snapshot.name = input_.name;
  snapshot.line = number_;
  snapshot.origin.kind = SourceKind::profile;
  snapshot.origin.format = "debug1";
  snapshot.origin.wrapped_in = input_.wrapped_in;
  snapshot.origin.detail = Detail::counts;
  snapshot.origin.declared_total = header.total;
  if (kind_ == "goroutineleak") snapshot.origin.go_version = "go1.26";
}

void Reader::end_snapshot() {
  end_group();
  if (open_) check_total(snapshots_.back());
  open_ = false;
}

void Reader::begin_group(GroupLine line) {
  end_group();
  if (!other_.empty()) return;
  if (!open_) begin_snapshot({.kind = "goroutine", .total = {}});
  group_ = Group{.line = std::move(line), .number = number_, .rows = {}, .labels = {}};
}

// Whether all rows of a group are there. The last one shows the outermost frame, or the one inside
// runtime.goexit, which is never shown: a goroutine that has just begun has an address and no row.
// A bare address below rows with names is what is left of a row.
bool Reader::is_whole(const Group& group) {
  const GroupLine& line = group.line;
  if (group.rows.empty())
    return line.addresses.size() == 1 && (goexit_ == 0 || line.last == goexit_);
  if (group.cut) return false;
  if (group.rows.back().function.empty() && !group.rows.front().function.empty()) return false;
  const std::uint64_t outermost = group.rows.back().pc + 1;
  if (outermost == line.before_last) goexit_ = line.last;
  return line.addresses.empty() || outermost == line.last || outermost == line.before_last;
}

void Reader::end_group() {
  if (!group_) return;
  const Group group = *std::exchange(group_, std::nullopt);
  if (group.line.count == 0) return;
  Snapshot& snapshot = snapshots_.back();
  const bool cut = !is_whole(group);
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  if (group.line.count > kMost)
    gap(fmt::format("{} goroutines in one group", group.line.count), "");
  if (cut) gap("the stack is not whole", "its outer frames");
  Goroutine goroutine;
  goroutine.stack = add_stack(group);
  goroutine.status = snapshot.strings.add("");
  goroutine.labels = group.labels;
  goroutine.count = static_cast<std::uint32_t>(std::min(group.line.count, kMost));
  goroutine.line = static_cast<std::uint32_t>(std::min(group.number, kMost));
  goroutine.leaked = kind_ == "goroutineleak";
  goroutine.system = !cut && is_runtime_only(snapshot, goroutine.stack);
  goroutine.stack_cut = cut;
  if (cut) snapshot.origin.complete = false;
  snapshot.goroutines.push_back(goroutine);
}

// {"k":"v", "k2":"v2"}; go1.15, runtime/pprof/label.go: labelMap.String
void Reader::read_labels(std::string_view text) {
  Snapshot& snapshot = snapshots_.back();
  LabelSet set;
  Scan scan(text);
  if (!scan.take("{")) return;
  while (true) {
    const auto key = scan.space().quoted();
    if (!key || !scan.space().take(":")) break;
    const auto value = scan.space().quoted();
    if (!value) break;
    set.labels.emplace_back(snapshot.strings.add(*key), snapshot.strings.add(*value));
    if (!scan.space().take(",")) break;
  }
  if (!scan.space().take("}")) gap("the labels are not whole", "labels");
  group_->labels = LabelsId(snapshot.label_sets.size());
  snapshot.label_sets.push_back(std::move(set));
  if (snapshot.origin.go_version.empty()) snapshot.origin.go_version = "go1.15";
}

void Reader::gap(std::string what, std::string hides) {
  const std::uint64_t line = group_ ? group_->number : number_;
  snapshots_.back().gaps.push_back(
      {.where = fmt::format("line {}", line), .what = std::move(what), .hides = std::move(hides)});
}

StackId Reader::add_stack(const Group& group) {
  std::vector<FrameId> frames;
  for (std::size_t at = 0; at < group.rows.size(); at++) {
    frames.push_back(add_frame(group.rows, at));
  }
  if (group.rows.empty() && group.line.addresses.size() > 1) {
    for (const std::uint64_t address : group.line.addresses) frames.push_back(add_unnamed(address));
  }
  return snapshots_.back().stacks.add(frames);
}

FrameId Reader::add_unnamed(std::uint64_t pc) {
  Snapshot& snapshot = snapshots_.back();
  Frame frame;
  frame.function = snapshot.strings.add(unnamed_function(pc));
  return snapshot.stacks.add(frame);
}

// Rows below one function entry are one machine frame; its outermost row is the function itself,
// the others are inlined into it.
FrameId Reader::add_frame(std::span<const Row> rows, std::size_t at) {
  Snapshot& snapshot = snapshots_.back();
  const Row& row = rows[at];
  if (row.function.empty()) return add_unnamed(row.pc);
  Frame frame;
  frame.function = snapshot.strings.add(row.function);
  frame.file = snapshot.strings.add(row.file);
  frame.line = row.line;
  const Row* outer = at + 1 < rows.size() ? &rows[at + 1] : nullptr;
  frame.inlined = outer != nullptr && !outer->function.empty() && outer->function != row.function &&
                  outer->pc - outer->offset == row.pc - row.offset;
  if (!frame.inlined) frame.offset = static_cast<std::uint32_t>(row.offset);
  return snapshot.stacks.add(frame);
}

// Whether a group and a row of it stand in these lines, although the header is missing.
bool has_group(std::string_view text) {
  LineReader lines(text);
  bool group = false;
  while (const auto line = lines.next()) {
    if (group && parse_row(*line)) return true;
    const auto found = parse_group(*line);
    group = (found && !found->addresses.empty()) || (group && line->contains("labels:"));
  }
  return false;
}

// The header may be missing from an excerpt; then a group line with rows below it has to do.
bool looks_like_debug1(std::string_view bytes) {
  const std::string_view start = bytes.substr(0, kSniffed);
  LineReader lines(start);
  while (const auto line = lines.next()) {
    if (parse_header(*line)) return true;
    // A traceback: it and what follows is for another reader.
    Scan scan(*line);
    if (scan.take("goroutine ") && scan.number() && line->contains(" [")) return false;
  }
  return has_group(start);
}

Result<std::vector<Snapshot>> read_debug1(const Input& input) { return Reader(input).read(); }

}  // namespace

const Format debug1_format{.name = "debug1",
                           .summary = "text goroutine profile: /debug/pprof/goroutine?debug=1",
                           .sniff = looks_like_debug1,
                           .read = read_debug1};

}  // namespace goknot::source
