// SPDX-License-Identifier: Apache-2.0
// Numbers, durations and sizes as people say them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace goknot {

// "70,214".
std::string with_thousands(std::uint64_t number);

// "1 goroutine", "4,663 goroutines". `plural` empty: the noun with an s.
std::string counted(std::uint64_t number, std::string_view noun, std::string_view plural = {});

// Whole minutes: "14 min", "3 h 4 min", "2 d 3 h", "under a minute" for 0; empty below that.
std::string spoken_minutes(std::int64_t minutes);

// Seconds that passed: "18 ms", "1.4 s", "2 min".
std::string spoken_seconds(double seconds);

// "104 KB", "3.1 MB": thousands are 1,024, three digits at most.
std::string spoken_bytes(std::uint64_t bytes);

}  // namespace goknot
