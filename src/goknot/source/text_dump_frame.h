// SPDX-License-Identifier: Apache-2.0
// The lines of a stack in a text dump (go1.27 runtime/traceback.go: traceback2, printcreatedby1):
//
//   main.(*Hub).Add(0xc000105e00, {0x1, 0x2?}, ...)
//   	/src/hub.go:34 +0x1d fp=0xc00004df90 sp=0xc00004df60 pc=0x47b3c5
//   created by main.main in goroutine 1
//   	/src/main.go:12 +0x8a
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace goknot::source {

// How far a line can be trusted to be the first half of a frame.
enum class Looks : std::uint8_t {
  like_a_frame,  // a name of Go's and words of hexadecimal: it is one, even alone
  possible,      // it is one if a file line follows
  wrapped,       // the argument list goes on in the next line
};

// The first half of a frame. Views point into the line.
struct FunctionLine {
  std::string_view name = {};       // "main.(*Hub).Add", as printed
  std::string_view arguments = {};  // between the parentheses; empty for "f(...)"
  bool inlined = false;             // "f(...)"
  Looks looks = Looks::possible;
};

// The second half of a frame.
struct FileLine {
  std::string_view file;  // empty for C code without symbols
  std::uint32_t line = 0;
  std::uint32_t offset = 0;
  bool has_sp = false;   // "fp=0x… sp=0x…"
  bool foreign = false;  // "pc=0x…" alone: C code seen through cgo
};

// How sure the reader is that a line should be a file line.
enum class FileLineWanted : std::uint8_t {
  no,   // it may be anything
  yes,  // it follows a function line
};

// Where a goroutine was started.
struct CreatedBy {
  std::string_view name;
  std::int64_t parent = -1;  // go1.21; -1: not told
};

// Each of these reads a line without the blanks around it; none if it is something else.
std::optional<FunctionLine> parse_function_line(std::string_view line);
std::optional<FileLine> parse_file_line(std::string_view line, FileLineWanted wanted);
std::optional<CreatedBy> parse_created_by(std::string_view line);

// Whether all of it could stand between the parentheses of a frame.
bool is_argument_text(std::string_view text);

// A function name as Go printed it, from one that went through Markdown: "main.(*Hub).Add" for
// "main.(_Hub).Add", "main.(Hub).Add" and "main.(\*Hub).Add".
std::string repair_function_name(std::string_view name);

}  // namespace goknot::source
