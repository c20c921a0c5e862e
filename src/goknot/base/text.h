// SPDX-License-Identifier: Apache-2.0
// Text for people's eyes: made harmless, measured in columns, broken into lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace goknot {

// What a terminal or file can show.
enum class Charset { unicode, ascii };

// The text as it may be shown: control and escape codes, line breaks, direction marks, invisible
// characters and invalid bytes become "\x1b", "\n", "\u202e". In ASCII everything beyond it does,
// but for the typographic marks of our own sentences, which get plain counterparts.
std::string visible(std::string_view text, Charset charset = Charset::unicode);

// Columns a visible text takes on a terminal.
std::size_t width_of(std::string_view text);

// Where a text that is too long loses its middle, end or beginning.
enum class Cut { end, middle, front };

// The text in at most `width` columns, with an ellipsis where something was left out.
std::string shortened(std::string_view text, std::size_t width, Cut cut = Cut::end,
                      Charset charset = Charset::unicode);

// The text and blanks up to `width` columns; longer text stays whole.
std::string padded(std::string_view text, std::size_t width);
// The same with the blanks in front.
std::string right_aligned(std::string_view text, std::size_t width);

// Breaks a text into lines of at most `width` columns (8 at least), at blanks if any. Never empty.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

}  // namespace goknot
