// SPDX-License-Identifier: Apache-2.0
// Small steps through a line of text, shared by the readers of dump lines.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace goknot::source {

// What stands between words of a line.
constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr bool is_hex_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

// The text without blanks at both ends.
constexpr std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Takes `word` off the front of `text` if it stands there.
constexpr bool skip(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

// Takes a number off the front of `text`. None, and `text` as it was, if there is none or it does
// not fit.
template <typename Number>
std::optional<Number> skip_number(std::string_view& text, int base = 10) {
  Number number{};
  const char* const begin = text.data();
  if (text.empty() || text.front() == '-') return std::nullopt;
  const auto [end, error] = std::from_chars(begin, begin + text.size(), number, base);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - begin));
  return number;
}

}  // namespace goknot::source
