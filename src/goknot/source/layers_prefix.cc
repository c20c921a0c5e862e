// SPDX-License-Identifier: Apache-2.0
// The layer of things that stand in front of each line.
//   2026-01-02T03:04:05.678Z stderr F goroutine 1 [running]:      Kubernetes (CRI)
//   Nov 18 07:20:13 host proc[812]: goroutine 1 [running]:        journald, syslog
//   web_1  | goroutine 1 [running]:                               compose
// What stands before a header is made a shape of fixed text, times and numbers. If frames follow
// behind the same shape, it is a prefix, known or not, and is taken off wherever it fits.
#include "goknot/source/layers_stamp.h"
#include "goknot/source/layers_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace goknot::source {
namespace {

// The limits keep a log of a gigabyte cheap: every line is tried against every shape, and every
// header that no shape fits is looked at anew, with the lines behind it.
constexpr std::size_t kLongestPrefix = 512;  // bytes
constexpr std::size_t kLookAhead = 32;       // lines that may show a prefix
constexpr std::size_t kMostShapes = 64;
constexpr std::size_t kMostTries = 1000;  // headers in later lines that are asked for their prefix
constexpr std::size_t kMostCuts = 16;     // ends of one prefix that are tried

// What a part of a prefix may be in other lines.
enum class Kind {
  text,     // the same everywhere
  spaces,   // any number of them
  stamp,    // a time
  number,   // digits
  process,  // digits that tell processes apart
  level,    // "error"
  stream,   // "stdout", "stderr"
  flag,     // CRI: F for a whole line, P for a part
};

struct Part {
  Kind kind;
  std::string text;

  friend bool operator==(const Part&, const Part&) = default;
};

using Shape = std::vector<Part>;

bool is_space(char c) { return c == ' ' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
         c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

// How many characters at the beginning are of a class.
template <typename Is>
std::size_t run(std::string_view text, Is is) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is) - text.begin());
}

// Makes a shape of one prefix.
//     "web_1  | "                                  text "web_1", spaces, text "| "
//     "2026-01-02T03:04:05.678Z stderr F "         stamp, spaces, stream, spaces, flag, text " "
//     "Nov 18 07:20:13 host proc[812]: "           stamp, spaces, text "host", spaces,
//                                                  text "proc[", process, text "]: "
class Shaper {
 public:
  explicit Shaper(std::string_view prefix) : prefix_(prefix) {}

  Shape shape() && {
    while (at_ < prefix_.size()) step();
    return std::move(parts_);
  }

 private:
  void step() {
    const std::string_view rest = prefix_.substr(at_);
    if (const std::size_t spaces = run(rest, is_space)) return blank(spaces);
    if (const std::size_t stamp = stamp_length(rest)) return add(Kind::stamp, stamp);
    if (const std::size_t word = run(rest, is_word))
      return add(word_kind(rest.substr(0, word)), word);
    add(Kind::text, 1);
  }

  // Digits are worth telling apart: those of a process keep the lines of two processes from being
  // read as one stack; all others (a line number, a counter) may differ from line to line.
  Kind word_kind(std::string_view word) const {
    if (word == "stdout" || word == "stderr") return Kind::stream;
    const bool after_stream = parts_.size() > 1 && parts_[parts_.size() - 2].kind == Kind::stream;
    if (after_stream && (word == "F" || word == "P")) return Kind::flag;
    if (level_length(word) == word.size()) return Kind::level;
    if (run(word, is_digit) < word.size()) return Kind::text;
    // "proc[812]", and RFC 5424: <34>1 2026-01-02T03:04:05Z host proc 812 - - text
    const bool bracket =
        !parts_.empty() && parts_.back().text.ends_with('[') && parts_.back().text.size() > 1;
    const bool rfc5424 = prefix_[0] == '<' && parts_.size() > 5;
    return bracket || rfc5424 ? Kind::process : Kind::number;
  }

  // Spaces at the end are the text's own but for the first.
  void blank(std::size_t count) {
    const bool at_end = at_ + count == prefix_.size();
    if (!at_end) return add(Kind::spaces, count);
    add(Kind::text, 1);
    at_ = prefix_.size();
  }

  void add(Kind kind, std::size_t length) {
    const std::string_view text = prefix_.substr(at_, length);
    at_ += length;
    if (kind == Kind::text && !parts_.empty() && parts_.back().kind == Kind::text) {
      parts_.back().text += text;
    } else {
      parts_.push_back({kind, std::string(text)});
    }
  }

  std::string_view prefix_;
  std::size_t at_ = 0;
  Shape parts_;
};

// A line seen through a shape.
struct Fit {
  std::size_t length = 0;    // of the prefix
  std::string_view stream;   // "stderr", or nothing
  std::string_view process;  // its number, or nothing
  bool is_part = false;      // the line goes on in the next one
};

// Whether `text` begins with a time written like `stamp`: digits where it has digits.
bool is_like(std::string_view text, std::string_view stamp) {
  if (text.size() <= stamp.size() || is_word(text[stamp.size()])) return false;
  return std::equal(stamp.begin(), stamp.end(), text.begin(),
                    [](char a, char b) { return a == b || (is_digit(a) && is_digit(b)); });
}

// The length of what `text` begins with if it is of that kind; 0 if it is not.
std::size_t part_length(const Part& part, std::string_view text) {
  switch (part.kind) {
    case Kind::text:
      return text.starts_with(part.text) ? part.text.size() : 0;
    case Kind::spaces:
      return run(text, is_space);
    case Kind::stamp:  // nearly always like the first one
      return is_like(text, part.text) ? part.text.size() : stamp_length(text);
    case Kind::number:
    case Kind::process:
      return run(text, is_digit);
    case Kind::level:
      return level_length(text);
    case Kind::stream:
      return text.starts_with("stdout") || text.starts_with("stderr") ? 6 : 0;
    case Kind::flag:
      return text.starts_with('F') || text.starts_with('P') ? 1 : 0;
  }
  return 0;
}

// A prefix whose last spaces were cut off because the line behind it is empty.
bool is_bare(const Part& last, std::string_view text) {
  std::string_view bare = last.text;
  while (!bare.empty() && is_space(bare.back())) bare.remove_suffix(1);
  return last.kind == Kind::text && text == bare;
}

std::optional<Fit> fit(const Shape& shape, std::string_view line) {
  Fit fit;
  for (const Part& part : shape) {
    const std::string_view rest = line.substr(fit.length);
    const std::size_t length = part_length(part, rest);
    if (length == 0) {
      if (&part != &shape.back() || fit.length == 0 || !is_bare(part, rest)) return std::nullopt;
      fit.length = line.size();
      break;
    }
    if (part.kind == Kind::stream) fit.stream = rest.substr(0, length);
    if (part.kind == Kind::process) fit.process = rest.substr(0, length);
    if (part.kind == Kind::flag) fit.is_part = rest[0] == 'P';
    fit.length += length;
  }
  return fit;
}

// A shape in letters: T time, N number, L level, S stream, F flag, w word, the rest as it is.
std::string signature(const Shape& shape) {
  std::string out;
  for (const Part& part : shape) {
    switch (part.kind) {
      case Kind::spaces:
        out += ' ';
        break;
      case Kind::stamp:
        out += 'T';
        break;
      case Kind::number:
      case Kind::process:
        out += 'N';
        break;
      case Kind::level:
        out += 'L';
        break;
      case Kind::stream:
        out += 'S';
        break;
      case Kind::flag:
        out += 'F';
        break;
      case Kind::text:
        for (const char c : part.text) {
          if (!is_word(c)) {
            out += is_space(c) ? ' ' : c;
          } else if (!out.ends_with('w')) {
            out += 'w';
          }
        }
    }
  }
  return out;
}

struct Known {
  std::string_view signature;  // how it begins
  std::string_view name;
};
// The prefixes that have a name; the first that fits is it.
constexpr std::array<Known, 13> kKnown{{{"T S F ", "cri"},
                                        {"[w/w/w]", "kubectl"},
                                        {"<N>", "syslog"},
                                        {"T w w[N]:", "journald"},
                                        {"T w w:", "syslog"},
                                        {"w |", "compose"},
                                        {"T w |", "compose"},
                                        {"T N w:N]", "glog"},
                                        {">", "markdown"},
                                        {" >", "markdown"},
                                        {"T", "timestamp"},
                                        {"[T", "timestamp"},
                                        {"", "prefix"}}};

std::string name_of(const Shape& shape) {
  const std::string form = signature(shape);
  // `docker logs -t` writes all nine digits, always in UTC.
  if (form == "T " && shape[0].text.size() == 30 && shape[0].text.ends_with('Z')) return "docker";
  const auto known = std::ranges::find_if(
      kKnown, [&](const Known& each) { return form.starts_with(each.signature); });
  return std::string(known->name);
}

// What the rest of a line, behind a prefix, may be besides a frame: an entry for another layer.
bool is_entry(std::string_view rest) {
  return rest.starts_with("{\"") || (rest.find("=\"") < rest.find(' '));
}

// Whether a string is open at the end of a text.
bool ends_in_string(std::string_view text) {
  for (std::size_t at = 0; (at = text.find('"', at)) != text.npos; ++at) {
    at = closing_quote(text, at + 1);
    if (at == text.npos) return true;
  }
  return false;
}

// Where the prefix ends if an entry of another layer begins in it, which goes on behind it. What
// has ended before is part of the prefix: {app="x"} of logcli.
std::size_t entry_begin(std::string_view prefix) {
  const std::size_t json = prefix.find("{\"");
  const std::size_t value = prefix.find("=\"");
  if (!ends_in_string(prefix.substr(std::min({json, value, prefix.size()})))) return prefix.size();
  if (value == prefix.npos || json < value) return std::min(json, prefix.size());
  return prefix.substr(0, value).find_last_of(" \t") + 1;
}

// The ends a prefix may have, the longest first: before each word of it.
// What stands before a header need not stand before the frames: of
//
//     2026-01-02T03:04:05Z panic in handler: goroutine 7 [running]:
//     2026-01-02T03:04:05Z main.main()
// only the time is the prefix, and the words are text of that one line.
std::vector<std::size_t> ends_of(std::string_view prefix) {
  std::vector<std::size_t> ends{prefix.size()};
  for (std::size_t at = prefix.size(); at-- > 1 && ends.size() < kMostCuts;) {
    if (is_space(prefix[at - 1]) && !is_space(prefix[at])) ends.push_back(at);
  }
  return ends;
}

// Whether frames stand behind the shape in the lines after a header, before any without it.
// Nothing but CRI looks like CRI: an entry may be in parts that are no frames.
bool is_prefix(const Shape& shape, const std::vector<std::string_view>& lines) {
  if (std::ranges::find(shape, Kind::flag, &Part::kind) != shape.end()) return true;
  for (const std::string_view line : lines) {
    const auto seen = fit(shape, line);
    const std::string_view rest = line.substr(seen ? seen->length : 0);
    const LineKind kind = line_kind(without_indent(rest));
    if (seen && (is_frame(kind) || is_entry(rest))) return true;
    if (!seen && is_frame(kind)) return false;
  }
  return false;
}

// The shape of the prefix before a header; none if it is no prefix.
std::optional<Shape> learn(const Survey& survey, const Header& header) {
  if (header.at == header.line || header.at - header.line > kLongestPrefix) return std::nullopt;
  std::string_view prefix = survey.before(header);
  const std::size_t entry = entry_begin(prefix);
  prefix = prefix.substr(0, entry);
  if (without_indent(prefix).empty()) return std::nullopt;
  const auto lines = survey.lines_after(header, kLookAhead);
  for (const std::size_t end : ends_of(prefix)) {
    if (without_indent(prefix.substr(0, end)).empty()) continue;
    Shape shape = Shaper(prefix.substr(0, end)).shape();
    if (is_prefix(shape, lines)) return shape;
  }
  return std::nullopt;
}

// Takes known shapes off all lines, learning more on the way.
// A line that fits no shape is kept as it is, behind what was read last: nothing of a text is lost.
class Strip {
 public:
  explicit Strip(const Survey& survey) : survey_(survey) {
    for (const Header& header : survey.headers) add(learn(survey, header));
  }

  bool useful() const { return !shapes_.empty(); }

  Peeled read() && {
    const std::string_view text = survey_.text;
    for (std::size_t from = 0; from < text.size();) {
      const std::string_view line = line_at(text, from);
      if (!known(line) && !(learned_at(from, line) && known(line))) sources_.add_other(line);
      from += line.size() + 1;
    }
    std::vector<Gap> gaps;
    if (sources_.is_open())
      gaps.push_back({"a log entry", "its other part is missing", "its rest"});
    return {std::move(sources_).join(), name_of(shapes_.front()), std::move(gaps)};
  }

 private:
  // Keeps a new shape; says whether it is one.
  bool add(std::optional<Shape> shape) {
    if (!shape || shapes_.size() >= kMostShapes) return false;
    if (std::ranges::find(shapes_, *shape) != shapes_.end()) return false;
    shapes_.push_back(*std::move(shape));
    return true;
  }

  // Writes a line that has one of the shapes; the last one first.
  bool known(std::string_view line) {
    for (std::size_t i = 0; i < shapes_.size(); ++i) {
      const std::size_t number = (last_ + i) % shapes_.size();
      const auto seen = fit(shapes_[number], line);
      if (!seen) continue;
      last_ = number;
      const auto piece = seen->is_part ? Sources::Piece::part : Sources::Piece::line;
      name_.clear();
      fmt::format_to(std::back_inserter(name_), "{} {} {}", number, seen->stream, seen->process);
      sources_.add(name_, line.substr(seen->length), piece);
      return true;
    }
    return false;
  }

  // A log of several programs has several prefixes, and the survey has seen only the first headers.
  bool learned_at(std::size_t from, std::string_view line) {
    if (tries_ >= kMostTries) return false;
    auto header = find_header(line, 0);
    if (!header || header->at == 0) return false;
    ++tries_;
    header->line += from;
    header->at += from;
    return add(learn(survey_, *header));
  }

  const Survey& survey_;
  std::vector<Shape> shapes_;
  std::size_t last_ = 0;
  std::size_t tries_ = 0;
  std::string name_;
  Sources sources_;
};

}  // namespace

std::optional<Peeled> peel_prefix(const Survey& survey) {
  Strip strip(survey);
  if (!strip.useful()) return std::nullopt;
  return std::move(strip).read();
}

}  // namespace goknot::source
