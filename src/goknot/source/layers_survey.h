// SPDX-License-Identifier: Apache-2.0
// What the layers around a dump are recognised by: a few headers and what stands around them.
#pragma once

#include "goknot/model/gap.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::source {

// What a line of a dump is, judged by itself.
enum class LineKind {
  other,
  blank,
  header,       // goroutine 1 [running]:
  function,     // main.main() and created by main.main
  file,         // /path/x.go:12 +0x1d
  maybe_file,   // /path/x.go:12, which other texts say, too
  profile_row,  // rows of a debug=1 profile
};

// The kind of a line without its indentation and line end.
LineKind line_kind(std::string_view line);

// Whether the kind is a frame or a row below a header.
bool is_frame(LineKind kind);

// The line without the indentation of any tool: spaces, tabs, no-break spaces, "#011".
std::string_view without_indent(std::string_view line);

// The line that begins at `from`, without its line end.
std::string_view line_at(std::string_view text, std::size_t from);

// The length of the header "goroutine 1 [running]:" that `text` begins with, or 0.
// Also of the first line of a profile and of a line of Delve's list. Brackets may be escaped.
std::size_t header_length(std::string_view text);

// Where a header stands.
struct Header {
  std::size_t line = 0;    // offset of its line
  std::size_t at = 0;      // offset of the header
  std::size_t length = 0;  // of the header itself
};

// The first header at or after `from`, which is the beginning of a line.
std::optional<Header> find_header(std::string_view text, std::size_t from);

// Places in a text that stand for all of it.
struct Survey {
  std::string_view text;
  std::vector<Header> headers;            // the first ones, and some later ones
  std::vector<std::string_view> around;   // a few lines before and after each header
  std::vector<std::string_view> samples;  // pieces of the text, evenly spaced

  // What stands before a header in its line.
  std::string_view before(const Header& header) const {
    return text.substr(header.line, header.at - header.line);
  }
  // Whether `needle` occurs near a header.
  bool near(std::string_view needle) const;
  // At most `count` lines after the one of the header.
  std::vector<std::string_view> lines_after(const Header& header, std::size_t count) const;
};

// Looks at a text: to its first headers and at samples of the rest.
Survey survey(std::string_view text);

// A text with one layer less.
struct Peeled {
  std::string text;
  std::string name;       // of the layer
  std::vector<Gap> gaps;  // what was cut
};

#define LAYER(name) std::optional<Peeled> peel_##name(const Survey& survey);
#include "goknot/source/layers.def"
#undef LAYER

}  // namespace goknot::source
