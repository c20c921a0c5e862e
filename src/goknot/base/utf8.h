// SPDX-License-Identifier: Apache-2.0
// UTF-8 that nobody promised to be valid.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace goknot {

// One character taken from the front of a text.
struct Character {
  std::uint32_t code = 0;
  std::uint32_t length = 0;  // bytes it took; 0: the text was empty
  bool valid = true;         // false: `code` is one byte that begins no valid character
};

// The first character of a text. Overlong forms, surrogates and numbers above 10FFFF are not valid.
Character next_character(std::string_view text);

// The same text with every invalid byte replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

// How many columns of a terminal a character takes: 0, 1 or 2.
int columns(std::uint32_t code);

// Whether a character shows as itself: no control, no direction mark, nothing invisible.
bool is_visible(std::uint32_t code);

}  // namespace goknot
