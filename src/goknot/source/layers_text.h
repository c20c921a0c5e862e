// SPDX-License-Identifier: Apache-2.0
// What several layers need to put a text together.
#pragma once

#include "goknot/source/layers_survey.h"

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::source {

// Appends one code point; what is none becomes U+FFFD.
void append_utf8(std::string& out, std::uint32_t point);

// The text that a string of JSON, Go or a log with key="value" stands for, given without its
// quotes. Escapes that are none stay as they are.
std::string unescaped(std::string_view raw);

// The position of the next `"` in `text` that has no backslash before it; npos without.
std::size_t closing_quote(std::string_view text, std::size_t from);

// Lines of several processes or streams, kept apart so that stacks do not mix.
class Sources {
 public:
  // What a piece of text is: a whole line, or the beginning of one that goes on.
  enum class Piece { line, part };

  // Adds a line, or a part of one, of the source of that name.
  void add(std::string_view source, std::string_view text, Piece piece);
  // Adds text that belongs to no source behind what was added last.
  void add_other(std::string_view line);
  // Whether some line still waits for its end.
  bool is_open() const;
  // All of it, the sources one after the other as they first appeared.
  std::string join() &&;

 private:
  struct Source {
    std::string text;
    bool open = false;  // the last line has not ended yet
  };

  Source& source(std::string_view name);

  std::vector<Source> sources_;
  absl::flat_hash_map<std::string, std::size_t> numbers_;
  std::string last_name_;
  std::size_t last_ = 0;
};

}  // namespace goknot::source
