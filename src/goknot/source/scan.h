// SPDX-License-Identifier: Apache-2.0
// Taking text apart: a text into lines, a line into words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace goknot::source {

// Walks through the lines of a text. The lines it hands out point into the text.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}

  // The next line without its end ("\n" or "\r\n"); none behind the last.
  std::optional<std::string_view> next();
  // The number of the line that next() gave last; the first is 1.
  std::uint64_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::uint64_t number_ = 0;
};

// Takes a line apart from the left. What it hands out points into the line.
class Scan {
 public:
  explicit Scan(std::string_view line) : rest_(line) {}

  // Skips blanks and tabs.
  Scan& space();
  // Skips `text` if it stands here, and says whether it did.
  bool take(std::string_view text);
  // A decimal number, or none (also when it is too large): then nothing is skipped.
  std::optional<std::uint64_t> number();
  // A number written "0x1f", or none: then nothing is skipped.
  std::optional<std::uint64_t> hex();
  // Everything before the next blank or tab.
  std::string_view word();
  // A text in double quotes as Go's %q writes it, without quotes and escapes; none if there is no
  // whole one.
  std::optional<std::string> quoted();
  // What is left.
  std::string_view rest() const { return rest_; }
  bool done() const { return rest_.empty(); }

 private:
  std::optional<std::uint64_t> digits(std::size_t skip, int base);

  std::string_view rest_;
};

// A text without white space at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace goknot::source
