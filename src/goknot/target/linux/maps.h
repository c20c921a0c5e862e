// SPDX-License-Identifier: Apache-2.0
// The address space of a process as /proc/PID/maps tells it.
#pragma once

#include "goknot/target/memory.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::target {

// One line of /proc/PID/maps:
//
//   7f1c8a000000-7f1c8a021000 r-xp 00001000 fd:01 1234   /usr/lib/libc.so.6
//
// The path is as the kernel says it, line breaks (\012) restored; a file that was removed has
// " (deleted)" behind its name.
struct Mapping {
  Region region;
  std::uint64_t device = 0;  // as stat gives it
  std::uint64_t inode = 0;   // 0: no file
};

// Reads one line without its line break; none if it is no such line.
std::optional<Mapping> parse_mapping(std::string_view line);

// All mappings of the text, sorted as they stand there. Reading /proc/PID/maps of a busy process
// may show a mapping twice or out of order: what overlaps an earlier one is left out, and so are
// lines that are none.
std::vector<Mapping> parse_maps(std::string_view text);

// Whether a path of a mapping is that of a file which has been removed since.
bool is_deleted(std::string_view path);

// The path without " (deleted)".
std::string_view without_deleted(std::string_view path);

}  // namespace goknot::target
