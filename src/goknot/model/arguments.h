// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace goknot {

// One word of a frame's argument list.
struct Argument {
  std::uint64_t value = 0;
  bool exact = true;  // false: printed with "?": the slot may have been reused (go1.18)
  bool known = true;  // false: "_" or "..."
};

// The words of an argument list as Go prints it: "0xc000105e00, {0x1, 0x2?}, ...". Braces are
// flattened. Stops at the first thing that is no argument.
std::vector<Argument> parse_arguments(std::string_view text);

// Only the first word, without allocating; `known` is false when there is none.
Argument first_argument(std::string_view text);

}  // namespace goknot
