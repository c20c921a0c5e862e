// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/memory.h"
#include "goknot/target/program.h"

#include <cstdint>
#include <optional>

namespace goknot::target {

// The latest time that a program's memory remembers (its nanotime): when the newest collection
// began that found a goroutine waiting. A core says nothing of the time at which it was written;
// the runtime collects at least every two minutes and its own goroutines wait anew after each, so
// this is a little earlier. None if there was none.
std::optional<std::int64_t> last_known_time(const Memory& memory, const Program& program);

}  // namespace goknot::target
