// SPDX-License-Identifier: Apache-2.0
// How pieces of text look on a terminal: escaped, in colour or not, with lines or ASCII.
#pragma once

#include "goknot/output/output.h"

#include <string>
#include <string_view>

namespace goknot::output {

// Colours by meaning.
enum class Ink { plain, strong, faint, bad, doubtful, good, place };

// Whether a row of a tree has others after it on its level.
enum class Sibling { followed, last };

// Writes in the style the options ask for. Everything from the input goes through `show` first.
class Pen {
 public:
  explicit Pen(const OutputOptions& options) : color_(options.color), charset_(options.charset) {}

  // Foreign text as it may be shown, without colour.
  std::string show(std::string_view text) const { return visible(text, charset_); }
  // The same in at most `width` columns.
  std::string show(std::string_view text, std::size_t width, Cut cut = Cut::end) const;
  // Shown text in a colour.
  std::string ink(Ink ink, std::string_view shown) const;
  // "a · b", or "a | b" where that dot is not to be had.
  std::string_view dot() const { return charset_ == Charset::unicode ? " · " : " | "; }
  // What stands before a row of a tree, and before the rows below it.
  std::string_view branch(Sibling sibling) const;
  std::string_view below_branch(Sibling sibling) const;
  Charset charset() const { return charset_; }

 private:
  Color color_;
  Charset charset_;
};

}  // namespace goknot::output
