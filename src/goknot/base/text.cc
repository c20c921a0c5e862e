// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/text.h"

#include "goknot/base/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace goknot {

namespace {

// Marks our own sentences use, for terminals that have only ASCII.
constexpr std::array<std::pair<std::uint32_t, std::string_view>, 13> kPlain = {{
    {0x00a0, " "},
    {0x00b5, "u"},
    {0x00b7, "|"},
    {0x00d7, "x"},
    {0x2013, "-"},
    {0x2014, "-"},
    {0x2018, "'"},
    {0x2019, "'"},
    {0x201c, "\""},
    {0x201d, "\""},
    {0x2026, "..."},
    {0x2192, "->"},
    {0x2265, ">="},
}};

std::string escape_of(const Character& c) {
  if (c.code == '\n') return "\\n";
  if (c.code == '\r') return "\\r";
  if (c.code == '\t') return "\\t";
  if (!c.valid || c.code < 0x100) return fmt::format("\\x{:02x}", c.code);
  return c.code < 0x10000 ? fmt::format("\\u{:04x}", c.code) : fmt::format("\\U{:08x}", c.code);
}

std::string in_ascii(const Character& c, std::string_view bytes) {
  if (c.code < 0x80) return std::string(bytes);
  const auto* const plain =
      std::ranges::find(kPlain, c.code, &std::pair<std::uint32_t, std::string_view>::first);
  return plain != kPlain.end() ? std::string(plain->second) : escape_of(c);
}

bool is_printable_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

// Bytes of the longest beginning of a text that fits.
std::size_t bytes_within(std::string_view text, std::size_t width) {
  std::size_t at = 0;
  std::size_t used = 0;
  while (at < text.size()) {
    const Character c = next_character(text.substr(at));
    const auto wide = static_cast<std::size_t>(columns(c.code));
    if (used + wide > width) break;
    used += wide;
    at += c.length;
  }
  return at;
}

// The longest end of a text that fits.
std::string_view end_within(std::string_view text, std::size_t width) {
  std::size_t over = width_of(text);
  while (over > width) {
    const Character c = next_character(text);
    over -= static_cast<std::size_t>(columns(c.code));
    text.remove_prefix(c.length);
  }
  return text;
}

// Takes one line from the front of a text.
std::string_view take_line(std::string_view& text, std::size_t width) {
  std::size_t end = bytes_within(text, width);
  if (end < text.size()) {
    const std::size_t blank = text.rfind(' ', end);
    if (blank != std::string_view::npos && blank > 0) end = blank;
    end = std::max<std::size_t>(end, next_character(text).length);
  }
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(text.find_first_not_of(' ', end), text.size()));
  return line.substr(0, line.find_last_not_of(' ') + 1);
}

}  // namespace

std::string visible(std::string_view text, Charset charset) {
  if (is_printable_ascii(text)) return std::string(text);
  std::string out;
  out.reserve(text.size() + 8);
  while (!text.empty()) {
    const Character c = next_character(text);
    if (!c.valid || !is_visible(c.code)) {
      out += escape_of(c);
    } else if (charset == Charset::ascii) {
      out += in_ascii(c, text.substr(0, c.length));
    } else {
      out.append(text.substr(0, c.length));
    }
    text.remove_prefix(c.length);
  }
  return out;
}

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Character c = next_character(text);
    width += static_cast<std::size_t>(columns(c.code));
    text.remove_prefix(c.length);
  }
  return width;
}

std::string shortened(std::string_view text, std::size_t width, Cut cut, Charset charset) {
  if (text.size() <= width || width_of(text) <= width) return std::string(text);
  const std::string_view dots = charset == Charset::unicode ? "…" : "...";
  const std::size_t room = width - std::min(width, width_of(dots));
  if (room == 0) return std::string(text.substr(0, bytes_within(text, width)));
  const std::size_t tail = cut == Cut::end ? 0 : cut == Cut::front ? room : room / 2;
  return fmt::format("{}{}{}", text.substr(0, bytes_within(text, room - tail)), dots,
                     end_within(text, tail));
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t used = width_of(text);
  return std::string(text) + std::string(width > used ? width - used : 0, ' ');
}

std::string right_aligned(std::string_view text, std::size_t width) {
  const std::size_t used = width_of(text);
  return std::string(width > used ? width - used : 0, ' ') + std::string(text);
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  while (!text.empty()) lines.emplace_back(take_line(text, std::max<std::size_t>(width, 8)));
  if (lines.empty()) lines.emplace_back();
  return lines;
}

}  // namespace goknot
