// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/layers_text.h"

#include <algorithm>
#include <charconv>

namespace goknot::source {
namespace {

constexpr std::size_t kMostSources = 4096;  // further ones share the first

// A code made of exactly `digits` digits; none if there are fewer.
std::optional<std::uint32_t> code(std::string_view text, std::size_t digits, int base) {
  if (text.size() < digits) return std::nullopt;
  std::uint32_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + digits, value, base);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + digits) return std::nullopt;
  return value;
}

// The single letters behind a backslash and what they stand for.
char letter(char c) {
  constexpr std::string_view kLetters = "ntrabfv\"\\/'";
  constexpr std::string_view kMeanings = "\n\t\r\a\b\f\v\"\\/'";
  const std::size_t at = kLetters.find(c);
  return at == kLetters.npos ? '\0' : kMeanings[at];
}

// Undoes the escapes of one string.
class Unescape {
 public:
  explicit Unescape(std::string_view raw) : raw_(raw) { out_.reserve(raw.size()); }

  std::string read() && {
    std::size_t from = 0;
    for (std::size_t at; (at = raw_.find('\\', from)) != raw_.npos;) {
      out_.append(raw_, from, at - from);
      const std::size_t length = escape(raw_.substr(at + 1));
      if (length == 0) out_ += '\\';
      from = at + 1 + length;
    }
    out_.append(raw_, from);
    return std::move(out_);
  }

 private:
  // Reads what follows a backslash and says how long it is.
  std::size_t escape(std::string_view text) {
    if (text.empty()) return 0;
    if (const char meaning = letter(text[0])) {
      out_ += meaning;
      return 1;
    }
    if (text[0] == 'u') return unit(text);
    if (text[0] == 'U') return wide(text);
    if (text[0] == 'x') return byte(text.substr(1), 2, 16, 1);
    return byte(text, 3, 8, 0);
  }

  std::size_t byte(std::string_view text, std::size_t digits, int base, std::size_t before) {
    const auto value = code(text, digits, base);
    if (!value || *value > 255) return 0;
    out_ += static_cast<char>(*value);
    return before + digits;
  }

  std::size_t wide(std::string_view text) {
    const auto point = code(text.substr(1), 8, 16);
    if (!point) return 0;
    append_utf8(out_, *point);
    return 9;
  }

  // \u12ab, or two of them that make one code point beyond U+FFFF.
  std::size_t unit(std::string_view text) {
    const auto first = code(text.substr(1), 4, 16);
    if (!first) return 0;
    if (*first >= 0xd800 && *first < 0xdc00 && text.substr(5).starts_with("\\u")) {
      const auto second = code(text.substr(7), 4, 16);
      if (second && *second >= 0xdc00 && *second < 0xe000) {
        append_utf8(out_, 0x10000 + ((*first - 0xd800) << 10) + (*second - 0xdc00));
        return 11;
      }
    }
    append_utf8(out_, *first);
    return 5;
  }

  std::string_view raw_;
  std::string out_;
};

}  // namespace

std::string unescaped(std::string_view raw) { return Unescape(raw).read(); }

std::size_t closing_quote(std::string_view text, std::size_t from) {
  for (std::size_t at = from; (at = text.find('"', at)) != text.npos; ++at) {
    std::size_t slashes = 0;
    while (at - slashes > from && text[at - slashes - 1] == '\\') ++slashes;
    if (slashes % 2 == 0) return at;
  }
  return text.npos;
}

// Logs have many lines of one source in a row: the last one is at hand without a look into the
// table.
Sources::Source& Sources::source(std::string_view name) {
  if (!sources_.empty() && name == last_name_) return sources_[last_];
  const auto known = numbers_.find(std::string(name));
  if (known != numbers_.end()) {
    last_ = known->second;
  } else if (sources_.size() >= kMostSources) {
    last_ = 0;
  } else {
    last_ = sources_.size();
    sources_.emplace_back();
    numbers_.emplace(std::string(name), last_);
  }
  last_name_ = name;
  return sources_[last_];
}

void Sources::add(std::string_view name, std::string_view text, Piece piece) {
  Source& to = source(name);
  to.text += text;
  to.open = piece == Piece::part;
  if (!to.open) to.text += '\n';
}

// While a line still waits for its end, foreign text must not get into it.
void Sources::add_other(std::string_view line) {
  const bool waiting = !sources_.empty() && sources_[last_].open;
  Source& to = sources_.empty() || waiting ? source("other") : sources_[last_];
  to.text += line;
  to.text += '\n';
}

bool Sources::is_open() const { return std::ranges::any_of(sources_, &Source::open); }

std::string Sources::join() && {
  std::string all;
  std::size_t size = 0;
  for (const Source& each : sources_) size += each.text.size() + 1;
  if (sources_.size() != 1) all.reserve(size);
  for (Source& each : sources_) {
    if (each.open) each.text += '\n';
    if (sources_.size() == 1) return std::move(each.text);
    all += each.text;
    each.text = {};
  }
  return all;
}

}  // namespace goknot::source
