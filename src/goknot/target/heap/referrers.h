// SPDX-License-Identifier: Apache-2.0
// Reachability says that a set of goroutines is stuck for good; references say how they hang
// together. Of two goroutines, one sending on a and one sending on b, each in a frame that will
// receive from the other's channel next, the notes are "1 refers to b", "2 refers to a", and the
// graph of waits (analysis/wait_graph.h) closes the circle.
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/memory.h"
#include "goknot/target/program.h"
#include "goknot/target/snapshot_reader.h"

#include <cstdint>
#include <span>

namespace goknot::target {

// Notes in the snapshot which of the goroutines that nothing alive can wake refer to what others of
// them wait for. Each is followed on its own, from what its frames will use again, for a few steps
// through the heap; where many stand in one place, some of them. No more than `most_bytes` of the
// heap are copied at once. Does nothing where the heap cannot be read.
void find_references(const Memory& memory, const Program& program, std::span<const Mark> marks,
                     std::uint64_t most_bytes, Snapshot& snapshot);

}  // namespace goknot::target
