// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/scan.h"

#include <algorithm>
#include <charconv>

namespace goknot::source {

namespace {

constexpr std::string_view kBlank = " \t";
constexpr std::string_view kWhite = " \t\r\n\v\f";

// One character of a quoted text.
struct Unescaped {
  std::string text;
  std::size_t length = 0;  // of what was written, 0: it is no escape
};

std::string utf8(std::uint32_t rune) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
  if (rune < 0x80) return {byte(rune)};
  if (rune < 0x800) return {byte(0xc0 | rune >> 6), byte(0x80 | (rune & 0x3f))};
  if (rune < 0x10000) {
    return {byte(0xe0 | rune >> 12), byte(0x80 | (rune >> 6 & 0x3f)), byte(0x80 | (rune & 0x3f))};
  }
  return {byte(0xf0 | (rune >> 18 & 7)), byte(0x80 | (rune >> 12 & 0x3f)),
          byte(0x80 | (rune >> 6 & 0x3f)), byte(0x80 | (rune & 0x3f))};
}

// "x41", "u00e9", "U0001f600": what stands behind the backslash.
Unescaped unescape_number(std::string_view text) {
  const std::size_t size = text[0] == 'x' ? 2 : text[0] == 'u' ? 4 : 8;
  if (text.size() < size + 1) return {};
  std::uint32_t value = 0;
  const char* end = text.data() + 1 + size;
  const auto [stop, error] = std::from_chars(text.data() + 1, end, value, 16);
  if (error != std::errc() || stop != end) return {};
  if (size == 2) return {std::string(1, static_cast<char>(value)), size + 1};
  return {utf8(value), size + 1};
}

// The character an escape stands for; `text` begins behind the backslash. Go: strconv.Quote.
Unescaped unescape(std::string_view text) {
  constexpr std::string_view kLetters = "abfnrtv\\\"'";
  constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\\"'";
  if (text.empty()) return {};
  if (text[0] == 'x' || text[0] == 'u' || text[0] == 'U') return unescape_number(text);
  const std::size_t letter = kLetters.find(text[0]);
  if (letter == std::string_view::npos) return {};
  return {std::string(1, kMeanings[letter]), 1};
}

}  // namespace

std::optional<std::string_view> LineReader::next() {
  if (rest_.empty()) return std::nullopt;
  const std::size_t end = std::min(rest_.find('\n'), rest_.size());
  std::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  number_++;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Scan& Scan::space() {
  rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlank), rest_.size()));
  return *this;
}

bool Scan::take(std::string_view text) {
  if (!rest_.starts_with(text)) return false;
  rest_.remove_prefix(text.size());
  return true;
}

std::optional<std::uint64_t> Scan::digits(std::size_t skip, int base) {
  std::uint64_t value = 0;
  const char* end = rest_.data() + rest_.size();
  const auto [stop, error] = std::from_chars(rest_.data() + skip, end, value, base);
  if (error != std::errc()) return std::nullopt;
  rest_.remove_prefix(static_cast<std::size_t>(stop - rest_.data()));
  return value;
}

std::optional<std::uint64_t> Scan::number() {
  if (rest_.empty()) return std::nullopt;
  return digits(0, 10);
}

std::optional<std::uint64_t> Scan::hex() {
  if (!rest_.starts_with("0x") || rest_.size() == 2) return std::nullopt;
  return digits(2, 16);
}

std::string_view Scan::word() {
  const std::size_t end = std::min(rest_.find_first_of(kBlank), rest_.size());
  const std::string_view found = rest_.substr(0, end);
  rest_.remove_prefix(end);
  return found;
}

std::optional<std::string> Scan::quoted() {
  if (!rest_.starts_with('"')) return std::nullopt;
  std::string text;
  for (std::size_t at = 1; at < rest_.size(); at++) {
    if (rest_[at] == '"') {
      rest_.remove_prefix(at + 1);
      return text;
    }
    const Unescaped escape = rest_[at] == '\\' ? unescape(rest_.substr(at + 1)) : Unescaped();
    if (escape.length == 0) {
      text += rest_[at];
    } else {
      text += escape.text;
      at += escape.length;
    }
  }
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kWhite);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhite) - first + 1);
}

}  // namespace goknot::source
