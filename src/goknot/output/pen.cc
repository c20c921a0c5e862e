// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/pen.h"

#include <fmt/format.h>

namespace goknot::output {

namespace {

// ECMA-48 SGR parameters. The sixteen basic colours follow the user's own palette.
std::string_view code_of(Ink ink) {
  switch (ink) {
    case Ink::plain:
      return "";
    case Ink::strong:
      return "1";
    case Ink::faint:
      return "2";
    case Ink::bad:
      return "1;31";
    case Ink::doubtful:
      return "1;33";
    case Ink::good:
      return "1;32";
    case Ink::place:
      return "36";
  }
  return "";
}

}  // namespace

std::string Pen::show(std::string_view text, std::size_t width, Cut cut) const {
  // A name of a megabyte is cut before it is measured: eight bytes per column is more than any
  // character takes, and both ends survive.
  constexpr std::size_t kBytesPerColumn = 8;
  const std::size_t most = (width + 1) * kBytesPerColumn;
  if (text.size() <= 2 * most) return shortened(show(text), width, cut, charset_);
  const std::string ends = show(text.substr(0, most)) + show(text.substr(text.size() - most, most));
  return shortened(ends, width, cut, charset_);
}

std::string Pen::ink(Ink ink, std::string_view shown) const {
  const std::string_view code = code_of(ink);
  if (color_ == Color::never || code.empty() || shown.empty()) return std::string(shown);
  return fmt::format("\x1b[{}m{}\x1b[0m", code, shown);
}

std::string_view Pen::branch(Sibling sibling) const {
  if (charset_ == Charset::ascii) return sibling == Sibling::last ? "`- " : "|- ";
  return sibling == Sibling::last ? "└ " : "├ ";
}

std::string_view Pen::below_branch(Sibling sibling) const {
  if (sibling == Sibling::last) return charset_ == Charset::ascii ? "   " : "  ";
  return charset_ == Charset::ascii ? "|  " : "│ ";
}

}  // namespace goknot::output
