// SPDX-License-Identifier: Apache-2.0
// Layers of strings inside lines that are no JSON.
//   time="2026-01-02T03:04:05Z" level=error msg="goroutine 1 [running]:"     logfmt, line by line
//   ERROR recovered stack="goroutine 1 [running]:\nmain.main()\n\t/x.go:1"   quoted, all in one
//   app[812]: goroutine 1 [running]:#012main.main()#012#011/x.go:1           folded
#include "goknot/source/layers_text.h"

#include <algorithm>

namespace goknot::source {
namespace {

constexpr std::size_t kFarthestQuote = 65536;  // before the header in its string

// Whether the line feed behind a header is written as an escape: "goroutine 1 [running]:\n".
// More than one backslash stands there where a string was put into another string.
bool goes_on_escaped(std::string_view text, const Header& header) {
  const std::size_t end = header.at + header.length;
  const std::size_t slashes = text.find_first_not_of('\\', end);
  return slashes != text.npos && slashes > end && (text[slashes] == 'n' || text[slashes] == 'r');
}

// The place of the `"` without a backslash that opens the string in which a piece ends; npos if it
// ends in none.
std::size_t open_quote(std::string_view piece) {
  std::size_t open = piece.npos;
  for (std::size_t at = 0; (at = closing_quote(piece, at)) != piece.npos; ++at) {
    open = open == piece.npos ? at : piece.npos;
  }
  return open;
}

// A string with a dump in it: where its content begins and ends.
struct Quoted {
  std::size_t begin;
  std::size_t end;
  bool is_cut;  // the text ends before the string does
};

// Where the line of `at` ends, given where an earlier one ended: one long line is measured once.
std::size_t end_of_line(std::string_view text, std::size_t at, std::size_t known) {
  return at < known ? known : std::min(text.find('\n', at), text.size());
}

// The string around a header in a line that ends at `line_end`; what is before `from` is another's.
Quoted quoted_around(std::string_view text, std::size_t from, const Header& header,
                     std::size_t line_end) {
  const bool behind_a_string = from > 0 && text[from] == '"';
  const std::size_t line = std::max(from + (behind_a_string ? 1 : 0), header.line);
  const std::size_t near = std::max(line, header.at - std::min(header.at, kFarthestQuote));
  const std::size_t open = open_quote(text.substr(near, header.at - near));
  // Python's quotes, or none at all: the whole line is the string.
  if (open == text.npos) return {line + (text[line] == '\'' ? 1 : 0), line_end, false};
  const std::size_t close = closing_quote(text.substr(0, line_end), header.at);
  const bool is_cut = close == text.npos;
  return {near + open + 1, is_cut ? line_end : close, is_cut};
}

void end_line(std::string& out) {
  if (!out.empty() && out.back() != '\n') out += '\n';
}

// The member whose text is a header in a line of key="value"; empty if it is none.
std::string_view logfmt_key(std::string_view before) {
  if (!before.ends_with("=\"")) return {};
  before.remove_suffix(2);
  return before.substr(before.find_last_of(" \t") + 1);
}

// Where `key=` stands as a word of a line.
std::size_t find_member(std::string_view line, const std::string& key) {
  for (std::size_t at = 0; (at = line.find(key, at)) != line.npos; ++at) {
    if (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t') return at;
  }
  return line.npos;
}

// The value of a member of a line, the line itself if it has no such member.
std::string value_of(std::string_view line, const std::string& member) {
  const std::size_t at = find_member(line, member);
  if (at == line.npos) return std::string(line);
  const std::string_view value = line.substr(at + member.size());
  if (!value.starts_with('"')) return std::string(value.substr(0, value.find(' ')));
  const std::size_t close = closing_quote(value, 1);
  return unescaped(value.substr(1, close == value.npos ? close : close - 1));
}

}  // namespace

std::optional<Peeled> peel_logfmt(const Survey& survey) {
  std::string key;
  for (const Header& header : survey.headers) {
    const std::string_view name = logfmt_key(survey.before(header));
    if (key.empty() && !goes_on_escaped(survey.text, header)) key = name;
  }
  if (key.empty()) return std::nullopt;
  std::string out;
  for (std::size_t from = 0; from < survey.text.size();) {
    const std::string_view line = line_at(survey.text, from);
    from += line.size() + 1;
    const std::string text = value_of(line, key + "=");
    out += text;
    if (!text.ends_with('\n')) out += '\n';
  }
  return Peeled{std::move(out), "logfmt", {}};
}

std::optional<Peeled> peel_quoted(const Survey& survey) {
  const std::string_view text = survey.text;
  const auto escaped = [&](const Header& header) { return goes_on_escaped(text, header); };
  if (std::ranges::none_of(survey.headers, escaped)) return std::nullopt;
  Peeled peeled{{}, "quoted", {}};
  std::size_t from = 0;    // what is not written yet
  std::size_t search = 0;  // where the next header is looked for
  std::size_t line_end = 0;
  while (const auto header = find_header(text, search)) {
    search = header->at + header->length;
    if (!escaped(*header)) continue;
    line_end = end_of_line(text, header->at, line_end);
    const Quoted found = quoted_around(text, from, *header, line_end);
    peeled.text.append(text, from, found.begin - from);
    end_line(peeled.text);
    peeled.text += unescaped(text.substr(found.begin, found.end - found.begin));
    end_line(peeled.text);
    if (found.is_cut)
      peeled.gaps = {{"a quoted text", "it has no end", "the rest of the dump in it"}};
    from = search = std::max(found.end, search);
  }
  peeled.text.append(text, from);
  return peeled;
}

std::optional<Peeled> peel_folded(const Survey& survey) {
  const std::string_view text = survey.text;
  const auto folded = [&](const Header& header) {
    return text.substr(header.at + header.length).starts_with("#012");
  };
  if (std::ranges::none_of(survey.headers, folded)) return std::nullopt;
  std::string out;
  out.reserve(text.size());
  std::size_t from = 0;
  for (std::size_t at; (at = text.find("#01", from)) != text.npos; from = at) {
    out.append(text, from, at - from);
    const char digit = at + 3 < text.size() ? text[at + 3] : ' ';
    const bool known = digit == '1' || digit == '2';
    out += known ? (digit == '1' ? "\t" : "\n") : "#01";
    at += known ? 4 : 3;
  }
  out.append(text, from);
  return Peeled{std::move(out), "folded", {}};
}

}  // namespace goknot::source
