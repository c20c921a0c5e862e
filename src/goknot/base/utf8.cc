// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/utf8.h"

#include <algorithm>
#include <cstddef>
#include <span>

namespace goknot {

namespace {

struct CodeRange {
  std::uint32_t first, last;
};

// Unicode 15, EastAsianWidth.txt: W and F, joined where only unassigned numbers lie between.
constexpr CodeRange kWide[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x23e9, 0x23ec},   {0x25fd, 0x25fe},
    {0x2614, 0x2615},   {0x26a1, 0x26a1},   {0x2705, 0x2705},   {0x274c, 0x274c},
    {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xa960, 0xa97c},   {0xac00, 0xd7a3},
    {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff01, 0xff60},   {0xffe0, 0xffe6},
    {0x16fe0, 0x18cff}, {0x1b000, 0x1b2ff}, {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff},
    {0x1f900, 0x1faff}, {0x20000, 0x3fffd},
};

// Marks that are drawn over the character before them.
constexpr CodeRange kCombining[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
    {0x093c, 0x093c}, {0x0e31, 0x0e31}, {0x0e34, 0x0e3a}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
    {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
};

// Controls, format characters (category Cf: direction marks, joiners, tags), separators of lines,
// blanks that look like nothing, and what is no character at all.
constexpr CodeRange kInvisible[] = {
    {0x0000, 0x001f},   {0x007f, 0x009f},    {0x00ad, 0x00ad},   {0x034f, 0x034f},
    {0x0600, 0x0605},   {0x061c, 0x061c},    {0x06dd, 0x06dd},   {0x070f, 0x070f},
    {0x115f, 0x1160},   {0x17b4, 0x17b5},    {0x180b, 0x180f},   {0x200b, 0x200f},
    {0x2028, 0x202e},   {0x2060, 0x206f},    {0x3164, 0x3164},   {0xd800, 0xdfff},
    {0xfdd0, 0xfdef},   {0xfeff, 0xfeff},    {0xffa0, 0xffa0},   {0xfff0, 0xfffb},
    {0xfffe, 0xffff},   {0x110bd, 0x110bd},  {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
    {0xe0000, 0xe0fff}, {0xf0000, 0x10ffff},
};

bool in_any(std::uint32_t code, std::span<const CodeRange> ranges) {
  const auto after = std::ranges::upper_bound(ranges, code, {}, &CodeRange::first);
  return after != ranges.begin() && code <= std::prev(after)->last;
}

// Bytes of a character that begins with `lead`, 0 if none does.
std::uint32_t length_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

bool is_too_long(std::uint32_t code, std::uint32_t length) {
  return (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
}

}  // namespace

Character next_character(std::string_view text) {
  if (text.empty()) return {};
  const auto lead = static_cast<unsigned char>(text.front());
  const std::uint32_t length = length_of(lead);
  const Character invalid{lead, 1, false};
  if (length == 1) return {lead, 1, true};
  if (length == 0 || text.size() < length) return invalid;
  std::uint32_t code = lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; i++) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0) != 0x80) return invalid;
    code = code << 6 | (byte & 0x3fU);
  }
  if (is_too_long(code, length) || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff) {
    return invalid;
  }
  return {code, length, true};
}

std::string valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character c = next_character(text);
    out.append(c.valid ? text.substr(0, c.length) : "\uFFFD");
    text.remove_prefix(c.length);
  }
  return out;
}

int columns(std::uint32_t code) {
  if (code < 0x300) return 1;
  if (in_any(code, kCombining)) return 0;
  return in_any(code, kWide) ? 2 : 1;
}

bool is_visible(std::uint32_t code) {
  if (code >= 0x20 && code < 0x7f) return true;
  return (code & 0xfffe) != 0xfffe && !in_any(code, kInvisible);
}

}  // namespace goknot
