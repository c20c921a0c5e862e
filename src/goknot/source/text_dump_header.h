// SPDX-License-Identifier: Apache-2.0
// The line that begins a goroutine in a text dump (go1.27 runtime/traceback.go: goroutineheader):
//
//   goroutine 17 gp=0xc000007500 m=nil [chan send (leaked) (scan), 3 minutes, locked to thread,
//     synctest bubble 2] {user: ann, "odd key": "v"}:
//
// or several goroutines with one stack in a dump that a tool has condensed:
//
//   48 goroutines [semacquire, 4 minutes]:
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot::source {

// A header taken apart. Views point into the line.
struct GoroutineHeader {
  std::int64_t id = 0;           // -1: of a condensed dump, which tells none
  std::uint32_t count = 1;       // goroutines it stands for
  std::string_view status = {};  // as printed, with "(scan)": "chan receive (nil chan)"
  std::string_view labels = {};  // between the braces of its labels, empty if it has none
  std::int32_t minutes = -1;
  std::uint32_t bubble = 0;
  bool locked_to_thread = false;
  bool has_g = false;               // "gp=0x… m=…": from a dump with the runtime's frames (go1.22)
  bool labels_in_brackets = false;  // go1.26's place for them; go1.27 prints them behind
  bool synctest_group = false;      // go1.24's word for a bubble
};

// Reads a header that begins the line or stands at its end ("leaktest: leaked goroutine:
// goroutine 84 [chan send]:"). None if the line has none, or only its beginning.
std::optional<GoroutineHeader> parse_goroutine_header(std::string_view line);

// Reads goleak's announcement of a goroutine: "[Goroutine 7 in state chan receive, with main.f on
// top of the stack:". Its id and status are those of the header that may follow.
std::optional<GoroutineHeader> parse_goleak_header(std::string_view line);

// The status without what changes from one moment to the next: "chan send" for "chan send (scan)",
// "unknown" for "".
std::string status_key(std::string_view status);

// Keys and values of a label list: `user: ann, "odd key": "v\x00"`.
std::vector<std::pair<std::string, std::string>> parse_labels(std::string_view text);

}  // namespace goknot::source
