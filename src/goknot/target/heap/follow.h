// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/memory.h"
#include "goknot/target/program.h"
#include "goknot/target/snapshot_reader.h"

#include <cstdint>
#include <span>

namespace goknot::target {

// Whether the program goes on while it is read.
enum class Motion : std::uint8_t { runs_on, stands_still };

// More bytes of a heap are not followed: it takes about a second for each GB.
inline constexpr std::uint64_t kMostHeap = std::uint64_t{1} << 30U;

// Notes for each goroutine whether anything alive refers to what it waits for (Goroutine::reach).
// While the program runs on, several passes must agree unless none of its goroutines ran during
// one. Nothing is noted if part of the heap cannot be read, or it is larger than `limit`.
void follow_heap(const Memory& memory, const Program& program, std::span<const Mark> marks,
                 Motion motion, Snapshot& snapshot, std::uint64_t limit = kMostHeap);

}  // namespace goknot::target
