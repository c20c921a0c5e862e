// SPDX-License-Identifier: Apache-2.0
// Lines that stand for something left out of a dump.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace goknot::source {

// Frames or goroutines that are not in the text.
struct Elision {
  std::uint32_t frames = 0;  // how many, 0: not said
  bool by_runtime = false;   // else by whoever shortened the text
};

// Reads such a line, without the blanks around it: "...additional frames elided...", "...12 frames
// elided...", "...", "[snip]", "(stacks elided for clarity)".
std::optional<Elision> parse_elision(std::string_view line);

}  // namespace goknot::source
