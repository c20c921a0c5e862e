// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace goknot::source {

// The length of the time that `text` begins with, in any of the ways logs write it; 0 if none.
//   2026-01-02T03:04:05.678Z   2026/01/02 03:04:05   Nov 18 07:20:13   E0102 03:04:05.678901
std::size_t stamp_length(std::string_view text);

// The length of the word for a level of importance ("ERROR", "warn") that `text` begins with; 0 if
// none.
std::size_t level_length(std::string_view text);

}  // namespace goknot::source
