// SPDX-License-Identifier: Apache-2.0
// Layers that change how a dump is laid out: code fences and backslashes, indentation, order.
#include "goknot/source/layers_text.h"

#include <algorithm>

namespace goknot::source {
namespace {

// Calls `each` with every line of a text.
template <typename Each>
void for_each_line(std::string_view text, Each each) {
  for (std::size_t from = 0; from < text.size();) {
    const std::string_view line = line_at(text, from);
    each(line);
    from += line.size() + 1;
  }
}

bool is_fence(std::string_view line) {
  const std::string_view mark = without_indent(line);
  return (mark.starts_with("```") && mark.find('`', 3) == mark.npos) || mark.starts_with("~~~");
}

// The line without the backslashes that Markdown puts before punctuation. Windows paths keep them.
std::string without_backslashes(std::string_view line) {
  constexpr std::string_view kPunctuation = "*_[](){}<>#+-.!~|`";
  std::string out;
  const bool is_path = line.find(":\\") != line.npos;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool escape = line[i] == '\\' && i + 1 < line.size() &&
                        kPunctuation.find(line[i + 1]) != kPunctuation.npos;
    if (!escape || is_path) out += line[i];
  }
  return out;
}

// "    " in "    goroutine 1 [running]:"
std::string_view indent_of(std::string_view line) {
  return line.substr(0, line.size() - without_indent(line).size());
}

bool is_goroutine(std::string_view line) { return line.starts_with('g'); }

// Whether a line stands where Go would put it, given what the line before it is.
bool is_in_place(std::string_view line, LineKind kind, LineKind before) {
  const std::size_t indent = indent_of(line).size();
  if (kind == LineKind::function) return indent == 0;
  const bool file =
      kind == LineKind::file || (kind == LineKind::maybe_file && before == LineKind::function);
  return !file || (indent == 1 && line[0] == '\t');
}

// Whether the lines behind a header are moved. Race reports have an indentation of their own.
bool is_moved(const Survey& survey, const Header& header) {
  constexpr std::size_t kLines = 16;
  const std::string_view before = survey.before(header);
  if (!before.empty() && without_indent(before).empty()) return true;
  LineKind last = LineKind::header;
  for (const std::string_view line : survey.lines_after(header, kLines)) {
    const std::string_view text = without_indent(line);
    if (text.starts_with("=====") || text.starts_with("WARNING: DATA RACE")) return false;
    const LineKind kind = line_kind(text);
    if (!is_in_place(line, kind, last)) return true;
    last = kind;
  }
  return false;
}

// Puts lines where Go would put them: a file behind one tab, headers and functions at the margin.
class Margin {
 public:
  explicit Margin(const Survey& survey) {
    out_.reserve(survey.text.size() + survey.text.size() / 16);
    for (const Header& header : survey.headers) {
      if (without_indent(survey.before(header)).empty()) {
        indent_ = survey.before(header);
        break;
      }
    }
  }

  void add(std::string_view line) {
    const std::string_view text = without_indent(line);
    const LineKind kind = line_kind(text);
    if (text.starts_with("WARNING: DATA RACE")) in_race_ = true;
    if (text.starts_with("=====")) in_race_ = false;
    if (kind == LineKind::header && is_goroutine(text)) indent_ = indent_of(line);
    if (ends_call(text)) out_.pop_back();
    write(line, text, in_race_ ? LineKind::other : kind);
    last_ = kind;
  }

  std::string text() && { return std::move(out_); }

 private:
  // Whether the line is the rest of a call that a narrow screen has broken after a comma.
  bool ends_call(std::string_view text) const {
    return out_.ends_with(",\n") && text.ends_with(')') &&
           text.find_first_not_of("0123456789abcdefx?, {}._)") == text.npos;
  }

  void write(std::string_view line, std::string_view text, LineKind kind) {
    const bool file =
        kind == LineKind::file || (kind == LineKind::maybe_file && last_ == LineKind::function);
    if (file) out_ += '\t';
    if (file || kind == LineKind::function || (kind == LineKind::header && is_goroutine(text))) {
      out_ += text;
    } else if (kind == LineKind::blank) {
      out_ += indent_.empty() ? line : text;
    } else {
      out_ += line.substr(line.starts_with(indent_) ? indent_.size() : 0);
    }
    out_ += '\n';
  }

  std::string out_;
  std::string_view indent_;  // of the last header
  LineKind last_ = LineKind::other;
  bool in_race_ = false;
};

// Whether an empty line follows each line of a stack. A stack has no empty line in it.
bool is_doubled(const Survey& survey, const Header& header) {
  const auto lines = survey.lines_after(header, 4);
  if (lines.size() < 4) return false;
  const auto kind = [&](std::size_t i) { return line_kind(without_indent(lines[i])); };
  return kind(0) == LineKind::blank && kind(1) == LineKind::function &&
         kind(2) == LineKind::blank && is_frame(kind(3));
}

// The line before the one that begins at `line`; nothing at the beginning.
std::string_view line_before(std::string_view text, std::size_t line) {
  if (line == 0) return {};
  const std::size_t begin = text.substr(0, line - 1).rfind('\n') + 1;
  return text.substr(begin, line - 1 - begin);
}

LineKind kind_of(std::string_view line) { return line_kind(without_indent(line)); }

// Whether the stack stands above its header: below its file the function, below that the header.
bool is_reversed(const Survey& survey, const Header& header) {
  const std::string_view function = line_before(survey.text, header.line);
  if (function.empty() || kind_of(function) != LineKind::function) return false;
  const std::string_view file = line_before(survey.text, header.line - function.size() - 1);
  const LineKind kind = kind_of(file);
  if (kind != LineKind::file && kind != LineKind::maybe_file) return false;
  const auto after = survey.lines_after(header, 1);
  return after.empty() || kind_of(after[0]) != LineKind::function;
}

}  // namespace

std::optional<Peeled> peel_markdown(const Survey& survey) {
  const bool fences = survey.near("```") || survey.near("~~~");
  const bool slashes = survey.near("(\\*") || survey.near("\\[") || survey.near("\\_");
  if (!fences && !slashes) return std::nullopt;
  std::string out;
  out.reserve(survey.text.size());
  for_each_line(survey.text, [&](std::string_view line) {
    if (is_fence(line)) return;
    if (slashes && line.find('\\') != line.npos) {
      out += without_backslashes(line);
    } else {
      out += line;
    }
    out += '\n';
  });
  if (out.size() >= survey.text.size()) return std::nullopt;
  return Peeled{std::move(out), "markdown", {}};
}

std::optional<Peeled> peel_doubled(const Survey& survey) {
  const auto doubled = [&](const Header& header) { return is_doubled(survey, header); };
  if (std::ranges::none_of(survey.headers, doubled)) return std::nullopt;
  std::string out;
  out.reserve(survey.text.size());
  bool is_second = false;  // the last line kept has not been followed by its empty one yet
  for_each_line(survey.text, [&](std::string_view line) {
    const bool drop = is_second && line_kind(line) == LineKind::blank;
    is_second = !drop;
    if (drop) return;
    out += line;
    out += '\n';
  });
  return Peeled{std::move(out), "doubled", {}};
}

std::optional<Peeled> peel_indent(const Survey& survey) {
  const auto moved = [&](const Header& header) { return is_moved(survey, header); };
  if (std::ranges::none_of(survey.headers, moved)) return std::nullopt;
  Margin margin(survey);
  for_each_line(survey.text, [&](std::string_view line) { margin.add(line); });
  return Peeled{std::move(margin).text(), "indent", {}};
}

std::optional<Peeled> peel_reversed(const Survey& survey) {
  const auto reversed = [&](const Header& header) { return is_reversed(survey, header); };
  if (survey.headers.empty() || !std::ranges::all_of(survey.headers, reversed)) return std::nullopt;
  std::string out;
  out.reserve(survey.text.size() + 1);
  std::string_view rest = survey.text;
  if (rest.ends_with('\n')) rest.remove_suffix(1);
  for (;;) {
    const std::size_t feed = rest.rfind('\n');
    out += rest.substr(feed + 1);
    out += '\n';
    if (feed == rest.npos) break;
    rest = rest.substr(0, feed);
  }
  return Peeled{std::move(out), "reversed", {}};
}

}  // namespace goknot::source
