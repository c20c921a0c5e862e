// SPDX-License-Identifier: Apache-2.0
// What panicparse (pp) makes of a dump: goroutines in buckets (docs/formats/panicparse.md).
//
//   3: chan receive [2~24 minutes] [locked] [Created by v4.(*Supervisor).runService @ sup.go:539]
//       model   model.go:311       (*model).closeAll(*model(#102))
//       http    client.go:590      (*Client).Do(...)
//       (...)
//
// panicparse v1.6, v2.4: BucketHeader and StackLines in internal/ui.go. Values and pointers are
// renamed, so arguments are not kept; packages are cut to their last element.
#include "goknot/model/status.h"
#include "goknot/source/format.h"
#include "goknot/source/profile_facts.h"
#include "goknot/source/scan.h"
#include "goknot/source/source_place.h"
#include "goknot/source/text_dump_header.h"
#include "goknot/source/text_dump_preamble.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace goknot::source {

namespace {

constexpr std::size_t kSniffed = 1 << 20;
constexpr std::uint64_t kMostInBucket = std::numeric_limits<std::uint32_t>::max();

// "3: chan receive [2~24 minutes] [Created by main.serve @ main.go:12]"
struct BucketHeader {
  std::uint64_t count = 0;
  std::string_view status;
  std::int32_t minutes = -1;  // the shortest
  bool locked = false;
  std::string_view creator;
  SourcePlace created_at;
};

// Reads "2~24 minutes", "locked", "Created by main.serve @ main.go:12"; unknown ones say nothing.
void read_extra(std::string_view text, BucketHeader& header) {
  Scan scan(text);
  if (text == "locked") {
    header.locked = true;
  } else if (scan.take("Created by ")) {
    const std::string_view created = scan.rest();
    const std::size_t at = created.rfind(" @ ");
    if (at == std::string_view::npos) return;
    header.creator = created.substr(0, at);
    header.created_at = parse_source_place(created.substr(at + 3)).value_or(SourcePlace{});
  } else if (const auto minutes = scan.number(); minutes && text.ends_with(" minutes")) {
    header.minutes = static_cast<std::int32_t>(std::min<std::uint64_t>(*minutes, INT32_MAX));
  }
}

// The status is one that Go prints: a line of prose that begins with a number is no header.
std::optional<BucketHeader> parse_bucket(std::string_view line) {
  line = trimmed(line);
  Scan scan(line);
  BucketHeader header;
  const auto count = scan.number();
  if (!count || *count == 0 || !scan.take(": ")) return std::nullopt;
  header.count = *count;
  std::string_view rest = scan.rest();
  header.status = rest.substr(0, rest.find(" ["));
  const Status status = parse_status(header.status);
  const bool known = status.reason != WaitReason::none || header.status == "waiting" ||
                     (status.state != State::waiting && status.state != State::unknown);
  if (!known) return std::nullopt;
  rest.remove_prefix(header.status.size());
  while (rest.starts_with(" [")) {
    // A function of a generic type has brackets itself.
    const std::size_t next = rest.find("] [", 2);
    const std::size_t end = next == std::string_view::npos ? rest.rfind(']') : next;
    if (end == std::string_view::npos || end < 2) return std::nullopt;
    read_extra(rest.substr(2, end - 2), header);
    rest.remove_prefix(end + 1);
  }
  return rest.empty() ? std::optional(header) : std::nullopt;
}

// "    http    client.go:590      (*Client).Do(...)"
struct Call {
  std::string_view package;  // its last element; empty for functions of none
  SourcePlace source;
  std::string_view function;  // without package and arguments
};

// The name before the arguments, which end the line: "(*Mutex).lockSlow(*Mutex(#30))".
std::string_view without_arguments(std::string_view text) {
  if (!text.ends_with(')')) return {};
  int depth = 0;
  for (std::size_t i = text.size(); i-- > 0;) {
    if (text[i] == ')') depth++;
    if (text[i] == '(' && --depth == 0) return text.substr(0, i);
  }
  return {};
}

std::optional<Call> parse_call(std::string_view line) {
  if (!line.starts_with("    ") && !line.starts_with('\t')) return std::nullopt;
  Scan scan(line);
  Call call;
  std::string_view word = scan.space().word();
  auto source = parse_source_place(word);
  if (!source) {
    call.package = word;
    source = parse_source_place(scan.space().word());
  }
  if (!source) return std::nullopt;
  call.source = *source;
  call.function = without_arguments(trimmed(scan.space().rest()));
  return call.function.empty() ? std::nullopt : std::optional(call);
}

// The folder of a file as Go names packages: "net/http" of "/usr/local/go/src/net/http/client.go",
// "github.com/a/b/c" of "/go/pkg/mod/github.com/a/b@v1.2.3/c/c.go"; empty if only its name is told.
std::string folder_of(std::string_view file) {
  for (const std::string_view root : {"/pkg/mod/", "/src/"}) {
    if (const std::size_t at = file.find(root); at != std::string_view::npos) {
      file.remove_prefix(at + root.size());
      break;
    }
  }
  const std::size_t slash = file.rfind('/');
  std::string folder(file.substr(0, slash == std::string_view::npos ? 0 : slash));
  if (const std::size_t at = folder.find('@'); at != std::string::npos) {
    folder.erase(at, std::min(folder.find('/', at), folder.size()) - at);
  }
  return folder;
}

// The packages of Go's library that stacks show most, by last element.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kLibrary = {{
    {"exec", "os/exec"},
    {"http", "net/http"},
    {"httptest", "net/http/httptest"},
    {"httputil", "net/http/httputil"},
    {"poll", "internal/poll"},
    {"rpc", "net/rpc"},
    {"signal", "os/signal"},
    {"sql", "database/sql"},
}};

// The whole path of a package, as far as the file tells.
std::string package_path(std::string_view package, std::string_view file) {
  std::string folder = folder_of(file);
  if (folder == package || folder.ends_with("/" + std::string(package))) return folder;
  const auto* const known =
      std::ranges::find(kLibrary, package, [](auto& row) { return row.first; });
  return std::string(known == kLibrary.end() ? package : known->second);
}

// Closures may have their package in front, as "main.gowrap2" of main.main.
std::string full_name(const Call& call) {
  if (call.package.empty()) return std::string(call.function);
  return package_path(call.package, call.source.file) + "." + std::string(call.function);
}

// Reads all buckets of a text; a preamble behind buckets begins another snapshot.
class Reader {
 public:
  explicit Reader(const Input& input) : input_(input) {}

  Result<std::vector<Snapshot>> read();

 private:
  void read_line(std::string_view line);
  Snapshot& snapshot();
  void begin_bucket(const BucketHeader& header);
  void end_bucket();
  void end_snapshot();
  FrameId add_frame(std::string_view function, const SourcePlace& source);
  void gap(std::string where, std::string what, std::string hides);

  const Input& input_;
  std::vector<Snapshot> snapshots_;
  std::optional<BucketHeader> bucket_;
  std::vector<FrameId> frames_;
  std::uint64_t number_ = 0;  // of the line
  std::uint64_t begun_ = 0;   // line of the bucket's header
  bool open_ = false;         // buckets belong to the last snapshot
  bool cut_ = false;          // the bucket's stack is not whole
  std::optional<Preamble> preamble_;
};

Result<std::vector<Snapshot>> Reader::read() {
  LineReader lines(input_.bytes);
  while (const auto line = lines.next()) {
    number_ = lines.number();
    read_line(*line);
  }
  end_snapshot();
  if (snapshots_.empty()) {
    return fail(Kind::damaged,
                "not what panicparse prints (no line \"1: chan receive\" with calls)");
  }
  for (Snapshot& snapshot : snapshots_) snapshot.origin.lines = number_;
  return std::move(snapshots_);
}

void Reader::read_line(std::string_view line) {
  if (const auto header = parse_bucket(line)) return begin_bucket(*header);
  if (bucket_) {
    if (const auto call = parse_call(line)) {
      frames_.push_back(add_frame(full_name(*call), call->source));
      return;
    }
    if (trimmed(line) == "(...)") {
      cut_ = true;
      return;
    }
    end_bucket();
  }
  if (const auto preamble = parse_preamble(trimmed(line))) {
    if (open_) end_snapshot();
    preamble_ = preamble;
  }
}

Snapshot& Reader::snapshot() {
  if (open_) return snapshots_.back();
  Snapshot& snapshot = snapshots_.emplace_back();
  open_ = true;
  snapshot.name = input_.name;
  snapshot.line = number_;
  snapshot.origin.kind = SourceKind::text;
  snapshot.origin.format = "panicparse";
  snapshot.origin.wrapped_in = input_.wrapped_in;
  snapshot.origin.detail = Detail::counts;
  if (preamble_) snapshot.origin.cause = preamble_->cause;
  preamble_.reset();
  return snapshot;
}

void Reader::begin_bucket(const BucketHeader& header) {
  end_bucket();
  bucket_ = header;
  begun_ = number_;
  frames_.clear();
  cut_ = false;
  snapshot();
}

// A header without calls was none.
void Reader::end_bucket() {
  if (!bucket_) return;
  const BucketHeader header = *std::exchange(bucket_, std::nullopt);
  if (frames_.empty()) return;
  Snapshot& snapshot = this->snapshot();
  const Status status = parse_status(header.status);
  Goroutine row;
  row.stack = snapshot.stacks.add(frames_);
  row.status = snapshot.strings.add(status_key(header.status));
  row.state = status.state;
  row.reason = status.reason;
  row.wait_minutes = header.minutes;
  row.locked_to_thread = header.locked;
  row.count = static_cast<std::uint32_t>(std::min(header.count, kMostInBucket));
  row.line = static_cast<std::uint32_t>(std::min(begun_, kMostInBucket));
  row.stack_cut = cut_;
  row.current = row.state == State::running && row.count == 1;
  if (!header.creator.empty()) {
    const std::size_t dot = header.creator.find('.');
    const Call creator{.package = header.creator.substr(0, dot),
                       .source = header.created_at,
                       .function = header.creator.substr(std::min(dot + 1, header.creator.size()))};
    row.creator = add_frame(full_name(creator), header.created_at);
  }
  row.system = is_runtime_only(snapshot, row.stack);
  if (cut_) gap(fmt::format("line {}", begun_), "frames are left out", "its outer frames");
  snapshot.goroutines.push_back(row);
}

void Reader::end_snapshot() {
  end_bucket();
  if (!std::exchange(open_, false)) return;
  if (snapshots_.back().goroutines.empty()) {
    snapshots_.pop_back();
    return;
  }
  gap("all goroutines", "panicparse does not print ids, and renames arguments",
      "who waits for the same lock, and whether all goroutines are here");
  snapshots_.back().origin.complete = false;
}

FrameId Reader::add_frame(std::string_view function, const SourcePlace& source) {
  Snapshot& snapshot = this->snapshot();
  Frame frame;
  frame.function = snapshot.strings.add(function);
  frame.file = snapshot.strings.add(source.file);
  frame.line = source.line;
  return snapshot.stacks.add(frame);
}

void Reader::gap(std::string where, std::string what, std::string hides) {
  snapshots_.back().gaps.push_back(
      {.where = std::move(where), .what = std::move(what), .hides = std::move(hides)});
}

// A bucket with a call right below it, and no traceback as Go prints it before.
bool looks_like_panicparse(std::string_view bytes) {
  LineReader lines(bytes.substr(0, kSniffed));
  bool header = false;
  while (const auto line = lines.next()) {
    if (header && parse_call(*line)) return true;
    header = parse_bucket(*line).has_value();
    if (line->contains("goroutine ") && parse_goroutine_header(*line)) return false;
  }
  return false;
}

Result<std::vector<Snapshot>> read_panicparse(const Input& input) { return Reader(input).read(); }

}  // namespace

const Format panicparse_format{.name = "panicparse",
                               .summary = "buckets of goroutines as panicparse (pp) prints them",
                               .sniff = looks_like_panicparse,
                               .read = read_panicparse};

}  // namespace goknot::source
