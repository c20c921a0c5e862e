// SPDX-License-Identifier: Apache-2.0
// Layers that are about bytes: encodings, line ends, escape sequences of terminals.
#include "goknot/source/layers_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace goknot::source {
namespace {

constexpr std::string_view kBom8 = "\xef\xbb\xbf";

// Code units of UTF-16, little or big end first.
class Units {
 public:
  enum class Order { little, big };

  Units(std::string_view bytes, Order order) : bytes_(bytes), order_(order) {}

  std::size_t size() const { return bytes_.size() / 2; }
  std::uint32_t operator[](std::size_t i) const {
    const auto first = static_cast<std::uint8_t>(bytes_[2 * i]);
    const auto second = static_cast<std::uint8_t>(bytes_[2 * i + 1]);
    return order_ == Order::little ? first + 256u * second : second + 256u * first;
  }

 private:
  std::string_view bytes_;
  Order order_;
};

bool is_printable(std::uint32_t unit) {
  return (unit >= ' ' && unit <= '~') || unit == '\n' || unit == '\r' || unit == '\t';
}

// Whether the units read like English: all but a few of the first hundred are ASCII.
bool reads_well(const Units& units) {
  const std::size_t count = std::min<std::size_t>(units.size(), 100);
  std::size_t good = 0;
  for (std::size_t i = 0; i < count; ++i)
    if (is_printable(units[i])) ++good;
  return count >= 8 && good * 20 >= count * 19;
}

// The byte order, told by a mark or by the text itself.
std::optional<Units::Order> order_of(std::string_view text) {
  if (text.starts_with("\xff\xfe") && !text.starts_with(std::string_view("\xff\xfe\0\0", 4))) {
    return Units::Order::little;
  }
  if (text.starts_with("\xfe\xff")) return Units::Order::big;
  if (reads_well({text, Units::Order::little})) return Units::Order::little;
  if (reads_well({text, Units::Order::big})) return Units::Order::big;
  return std::nullopt;
}

std::string to_utf8(const Units& units) {
  std::string out;
  out.reserve(units.size());
  for (std::size_t i = 0; i < units.size(); ++i) {
    const std::uint32_t unit = units[i];
    const bool high = unit >= 0xd800 && unit < 0xdc00;
    if (high && i + 1 < units.size() && units[i + 1] >= 0xdc00 && units[i + 1] < 0xe000) {
      append_utf8(out, 0x10000 + ((unit - 0xd800) << 10) + (units[i + 1] - 0xdc00));
      ++i;
    } else if (!(i == 0 && unit == 0xfeff)) {
      append_utf8(out, unit);
    }
  }
  return out;
}

bool sampled(const Survey& survey, std::string_view needle) {
  return survey.near(needle) || std::ranges::any_of(survey.samples, [&](std::string_view piece) {
           return piece.find(needle) != piece.npos;
         });
}

// ESC and how it is written by those who make it visible: rsyslog, cat -v, Unicode pictures.
constexpr std::array<std::string_view, 4> kEscapes{"\x1b", "#033[", "^[[", "\xe2\x90\x9b["};

// The length of ESC in front of `text`, without the bracket; 0 if there is none.
std::size_t escape_length(std::string_view text) {
  for (const std::string_view escape : kEscapes) {
    if (text.starts_with(escape)) return escape == "\x1b" ? 1 : escape.size() - 1;
  }
  return 0;
}

// The end of a string of a terminal (window titles and the like): BEL or ESC \.
std::size_t string_end(std::string_view text) {
  const std::size_t end = text.substr(0, 4096).find_first_of("\a\x1b\n");
  if (end == text.npos) return 0;
  if (text[end] == '\n') return end;
  return text.substr(end).starts_with("\x1b\\") ? end + 2 : end + 1;
}

// The length of an escape sequence behind its ESC (ECMA-48).
std::size_t sequence_length(std::string_view text) {
  if (text.empty()) return 0;
  if (text[0] == '[') {
    const auto end =
        std::ranges::find_if(text.substr(1, 64), [](char c) { return c >= '@' || c == '\n'; });
    const auto length = static_cast<std::size_t>(end - text.begin());
    return length < text.size() && text[length] != '\n' ? length + 1 : length;
  }
  if (text[0] == ']' || text[0] == 'P' || text[0] == '_' || text[0] == '^' || text[0] == 'X') {
    return 1 + string_end(text.substr(1));
  }
  if (text[0] == '(' || text[0] == ')' || text[0] == '#')
    return std::min<std::size_t>(2, text.size());
  return text[0] >= '0' && text[0] <= '~' ? 1 : 0;
}

}  // namespace

// Appends one code point; what is none becomes U+FFFD.
void append_utf8(std::string& out, std::uint32_t point) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (point >= 0x110000 || (point >= 0xd800 && point < 0xe000)) point = 0xfffd;
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xc0 | point >> 6);
  } else {
    if (point < 0x10000) {
      put(0xe0 | point >> 12);
    } else {
      put(0xf0 | point >> 18);
      put(0x80 | (point >> 12 & 0x3f));
    }
    put(0x80 | (point >> 6 & 0x3f));
  }
  put(0x80 | (point & 0x3f));
}

std::optional<Peeled> peel_bom(const Survey& survey) {
  if (!survey.text.starts_with(kBom8)) return std::nullopt;
  return Peeled{std::string(survey.text.substr(kBom8.size())), "bom", {}};
}

std::optional<Peeled> peel_utf16(const Survey& survey) {
  const auto order = order_of(survey.text);
  if (!order) return std::nullopt;
  return Peeled{to_utf8({survey.text, *order}), "utf16", {}};
}

std::optional<Peeled> peel_crlf(const Survey& survey) {
  if (!sampled(survey, "\r\n")) return std::nullopt;
  std::string out;
  out.reserve(survey.text.size());
  std::size_t from = 0;
  for (std::size_t at; (at = survey.text.find('\r', from)) != survey.text.npos;) {
    out.append(survey.text, from, at - from);
    std::size_t end = survey.text.find_first_not_of('\r', at);
    if (end == survey.text.npos) end = survey.text.size();
    const bool line_ends = end == survey.text.size() || survey.text[end] == '\n';
    if (!line_ends) out.append(survey.text, at, end - at);
    from = end;
  }
  out.append(survey.text, from);
  return Peeled{std::move(out), "crlf", {}};
}

std::optional<Peeled> peel_ansi(const Survey& survey) {
  if (std::ranges::none_of(kEscapes, [&](auto escape) { return sampled(survey, escape); })) {
    return std::nullopt;
  }
  std::string out;
  out.reserve(survey.text.size());
  std::size_t from = 0;
  for (std::size_t at; (at = survey.text.find_first_of("\x1b#^\xe2", from)) != survey.text.npos;) {
    const std::size_t escape = escape_length(survey.text.substr(at));
    out.append(survey.text, from, at - from + (escape ? 0 : 1));
    from = at + (escape ? escape + sequence_length(survey.text.substr(at + escape)) : 1);
  }
  out.append(survey.text, from);
  return Peeled{std::move(out), "ansi", {}};
}

}  // namespace goknot::source
