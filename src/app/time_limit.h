// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace goknot::app {

// In which form the end of the time is reported.
enum class LimitWords : std::uint8_t { text, json };

// From now on the program has so much time: then it ends with a message (and, for programs, with an
// error object on standard output) and the status of an input that cannot be read.
void end_after(std::chrono::milliseconds time, LimitWords words);

}  // namespace goknot::app
