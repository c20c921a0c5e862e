// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"

#include <cstdint>

namespace goknot::target {

// How many goroutines could not be read whole, and why.
struct Losses {
  std::uint64_t unreadable = 0;
  std::uint64_t moving = 0;
  std::uint64_t broken = 0;
  std::uint64_t running = 0;    // not lost but for their stacks, which are told elsewhere
  std::uint64_t stackless = 0;  // not lost but for their stacks
  std::uint64_t cut_waits = 0;  // not lost but for some of what they wait for
  std::uint64_t again = 0;      // not lost: what was looked at once more because it had moved
};

// Notes them as gaps of the snapshot.
void add_gaps(const Losses& losses, Snapshot& snapshot);

}  // namespace goknot::target
