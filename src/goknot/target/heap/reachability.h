// SPDX-License-Identifier: Apache-2.0
// Which blocked goroutines can never be woken, because nothing that can still run refers to what
// they wait for. What the leak detector of go1.26 does (runtime/mgc.go findGoroutineLeaks), from
// outside.
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/memory.h"
#include "goknot/target/program.h"
#include "goknot/target/snapshot_reader.h"

#include <cstdint>
#include <span>
#include <vector>

namespace goknot::target {

// What one pass over the heap showed.
struct Reachability {
  std::vector<std::uint32_t> unreachable;  // rows of the snapshot, sorted
  bool complete = false;  // everything could be read; if not, nothing is said to be unreachable
  bool quiet = false;  // no goroutine of the program ran meanwhile: what was read is of one instant
  std::uint64_t copied = 0;  // bytes of heap
};

// Marks from all roots. A goroutine counts as blocked if all it waits for is known by address; what
// moved since the snapshot counts as alive. At most `limit` bytes of heap are read.
Reachability find_unreachable(const Memory& memory, const Program& program,
                              const Snapshot& snapshot, std::span<const Mark> marks,
                              std::uint64_t limit);

}  // namespace goknot::target
