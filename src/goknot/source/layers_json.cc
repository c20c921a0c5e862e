// SPDX-License-Identifier: Apache-2.0
// The layer of JSON: one entry per line of the dump, or the dump in one string of an entry.
//   {"log":"goroutine 1 [running]:\n","stream":"stderr","time":"2026-01-02T03:04:05Z"}   docker
//   {"Action":"output","Package":"p","Output":"goroutine 1 [running]:\n"}           go test -json
//   {"level":"error","msg":"recovered","stack":"goroutine 1 [running]:\nmain.main()\n\t/x.go:1"}
// Strings are picked out line by line without a tree, so that cut and huge texts are read, too.
#include "goknot/source/layers_text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace goknot::source {
namespace {

// Names of members with the text of an entry; their text is kept where the dump is elsewhere.
constexpr std::array<std::string_view, 10> kMessages{"msg",      "message", "log",   "MESSAGE",
                                                     "Output",   "text",    "error", "textPayload",
                                                     "@message", "line"};
// Names of members that tell one process or stream from another.
constexpr std::array<std::string_view, 16> kSourceNames{"stream",
                                                        "Package",
                                                        "_PID",
                                                        "_HOSTNAME",
                                                        "pid",
                                                        "host",
                                                        "pod",
                                                        "hostname",
                                                        "container_id",
                                                        "container",
                                                        "container_name",
                                                        "pod_name",
                                                        "service",
                                                        "instance",
                                                        "CONTAINER_ID",
                                                        "kubernetes.pod_name"};

template <typename Names>
bool among(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// A string of an entry, with its escapes, or the bytes of an array of numbers.
struct Member {
  std::string_view key;  // the last one before it
  std::string_view raw;
  bool is_bytes = false;  // journald writes what is not UTF-8 as [103,111,…]
  bool is_cut = false;    // no closing quote
};

// The strings of one line, and the arrays of numbers in it.
// A string is a key if a colon follows, else a value of the last key; braces are not looked at. So
// a value in an inner object goes by the inner key alone, and a line cut in the middle gives what
// it has.
class Members {
 public:
  Members(std::string_view line, std::string_view key) : line_(line), key_(key) {}

  // The next value; none at the end of the line.
  std::optional<Member> next() {
    while (at_ < line_.size()) {
      const std::size_t found = line_.find_first_of("\"[", at_);
      if (found == line_.npos) break;
      at_ = found + 1;
      if (line_[found] == '[') {
        if (auto bytes = array()) return bytes;
        continue;
      }
      const std::size_t close = closing_quote(line_, at_);
      const bool is_cut = close == line_.npos;
      const std::string_view raw = line_.substr(at_, is_cut ? close : close - at_);
      at_ = is_cut ? line_.size() : close + 1;
      if (is_cut || !skip_colon()) return Member{key_, raw, false, is_cut};
      key_ = raw;
    }
    return std::nullopt;
  }

  std::string_view key() const { return key_; }

 private:
  bool skip_colon() {
    std::size_t colon = at_;
    while (colon < line_.size() && is_space(line_[colon])) ++colon;
    if (colon == line_.size() || line_[colon] != ':') return false;
    at_ = colon + 1;
    return true;
  }

  std::optional<Member> array() {
    const std::size_t end = line_.find_first_not_of("0123456789, ", at_);
    if (end == line_.npos || line_[end] != ']' || end == at_) return std::nullopt;
    const std::string_view raw = line_.substr(at_, end - at_);
    at_ = end + 1;
    return Member{key_, raw, true, false};
  }

  std::string_view line_;
  std::string_view key_;
  std::size_t at_ = 0;
};

// "103,111" as the bytes they are; empty if one is no byte.
std::string bytes_of(std::string_view numbers) {
  std::string out;
  const char* const end = numbers.data() + numbers.size();
  for (const char* at = numbers.data(); at < end;) {
    std::uint8_t byte = 0;
    const auto parsed = std::from_chars(at, end, byte);
    if (parsed.ec != std::errc()) return {};
    out += static_cast<char>(byte);
    at = parsed.ptr;
    while (at < end && (*at == ',' || *at == ' ')) ++at;
  }
  return out;
}

std::string text_of(const Member& member) {
  return member.is_bytes ? bytes_of(member.raw) : unescaped(member.raw);
}

bool has_header(std::string_view text) { return find_header(text, 0).has_value(); }

// Whether a line can be one of a JSON text, entry or not.
bool looks_like_json(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t,");
  if (first == line.npos) return false;
  const char c = line[first];
  if (c != '[') return c == '{' || c == '"' || c == '}' || c == ']';
  const std::size_t second = line.find_first_not_of(" \t", first + 1);
  return second == line.npos ||
         std::string_view("{[\"").find(line[second]) != std::string_view::npos;
}

// Reads a whole text, entry after entry.
class Reader {
 public:
  explicit Reader(const Survey& survey) : text_(survey.text) {
    for (const Header& header : survey.headers) learn(header);
    if (keys_.empty()) learn_bytes();
    if (among(keys_, "log") && survey.near("\"stream\":")) name_ = "docker";
    if (among(keys_, "Output") && survey.near("\"Action\":")) name_ = "test2json";
    // These two end each line of the dump with a line feed; an entry without one is a part. Those
    // who pass such entries on may take the line feeds off.
    has_parts_ = !name_.empty() && lines_end_;
    if (among(keys_, "MESSAGE")) name_ = "journald";
    if (name_.empty()) name_ = keys_.size() == 1 && among(keys_, "") ? "quoted" : "json";
  }

  // Whether some member holds a dump.
  bool useful() const { return !keys_.empty(); }

  Peeled read() && {
    std::string_view key;
    for (std::size_t from = 0; from < text_.size();) {
      const std::string_view line = line_at(text_, from);
      from += line.size() + 1;
      if (looks_like_json(line)) {
        key = entry(line, without_indent(line).starts_with('{') ? std::string_view() : key);
      } else {
        sources_.add_other(line);
      }
    }
    return {std::move(sources_).join(), std::move(name_), std::move(gaps_)};
  }

 private:
  void learn(const Header& header) {
    if (header.line == learned_ || !looks_like_json(line_at(text_, header.line))) return;
    learned_ = header.line;
    Members members(line_at(text_, header.line), key_before(header.line));
    while (const auto member = members.next()) {
      if (member->is_bytes || !has_header(member->raw)) continue;
      add_key(member->key);
      lines_end_ |= member->raw.ends_with("\\n");
    }
  }

  // The last key before a line: the name of an array that is written over many lines.
  //     "stack": [
  //       "goroutine 1 [running]:",
  //       "main.main()",
  std::string_view key_before(std::size_t line) const {
    constexpr std::size_t kFarthest = 65536;
    std::string_view key;
    std::size_t from = line > kFarthest ? text_.find('\n', line - kFarthest) + 1 : 0;
    while (from < line) {
      const std::string_view before = line_at(text_, from);
      from += before.size() + 1;
      const bool closed = without_indent(before).starts_with('{');
      if (!looks_like_json(before) || closed) {
        key = {};
        continue;
      }
      Members members(before, key);
      while (members.next()) continue;
      key = members.key();
    }
    return key;
  }

  void add_key(std::string_view key) {
    if (!among(keys_, key)) keys_.push_back(key);
  }

  // Finds a dump that was written as numbers, which no header shows.
  // The numbers are "goroutine ".
  void learn_bytes() {
    constexpr std::string_view kNeedle = "\"MESSAGE\"";
    if (text_.substr(0, 65536).find(kNeedle) == text_.npos) return;
    if (text_.find(":[103,111,114,111,117,116,105,110,101,32,") != text_.npos) add_key("MESSAGE");
  }

  // Adds what one line says and returns the key it ends with.
  std::string_view entry(std::string_view line, std::string_view key) {
    Members members(line, key);
    values_.clear();
    source_.clear();
    while (const auto member = members.next()) {
      if (among(keys_, member->key) || among(kMessages, member->key)) {
        values_.push_back(*member);
      } else if (!member->is_bytes && among(kSourceNames, member->key)) {
        source_ += member->raw;
        source_ += '\n';
      }
    }
    for (const Member& value : values_) add(value);
    return members.key();
  }

  void add(const Member& value) {
    std::string text = text_of(value);
    if (value.is_cut && gaps_.empty()) {
      gaps_.push_back({"a log entry", "its text is cut", "the rest of that entry"});
    }
    const bool ended = text.ends_with('\n');
    if (ended) text.pop_back();
    const bool is_part = !ended && has_parts_ && among(keys_, value.key);
    sources_.add(source_, text, is_part ? Sources::Piece::part : Sources::Piece::line);
  }

  std::string_view text_;
  std::string name_;
  std::vector<std::string_view> keys_;  // of the members that hold the dump
  std::size_t learned_ = std::string_view::npos;
  bool lines_end_ = false;  // with a line feed of their own
  bool has_parts_ = false;
  std::vector<Member> values_;
  std::string source_;
  Sources sources_;
  std::vector<Gap> gaps_;
};

}  // namespace

std::optional<Peeled> peel_json(const Survey& survey) {
  Reader reader(survey);
  if (!reader.useful()) return std::nullopt;
  return std::move(reader).read();
}

}  // namespace goknot::source
