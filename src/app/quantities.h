// SPDX-License-Identifier: Apache-2.0
// Numbers as people type them behind an option.
#pragma once

#include "goknot/base/result.h"

#include <chrono>
#include <cstddef>
#include <string_view>

namespace goknot::app {

// "10", "1.5s", "500ms", "2m", "1h": seconds without a unit, at most a day. Errors: usage; `flag`
// is for the message.
Result<std::chrono::milliseconds> parse_duration(std::string_view flag, std::string_view text);

// "4096", "512K", "64M", "4G": bytes without a unit. Errors: usage.
Result<std::size_t> parse_size(std::string_view flag, std::string_view text);

// "20". Errors: usage.
Result<std::size_t> parse_count(std::string_view flag, std::string_view text);

}  // namespace goknot::app
