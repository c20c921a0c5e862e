// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/memory.h"
#include "goknot/target/program.h"
#include "goknot/target/snapshot_reader.h"

#include <chrono>
#include <cstdint>
#include <optional>

namespace goknot::target {

// How far a heap is followed.
struct FollowLimits {
  std::uint64_t bytes = std::uint64_t{1} << 30U;  // of heap that are copied at once; 0: not at all
  std::chrono::milliseconds time = std::chrono::seconds(30);  // for all passes together
};

// Notes for each goroutine whether anything alive refers to what it waits for (Goroutine::reach). A
// program that stands still is looked through once. While it runs on, a pointer may hide in a
// register, or move from what was not yet read to what was: `never` takes a pass during which no
// goroutine ran; or two that agree, and all who ran during the first seen lying still since. What
// two passes agree on otherwise is `unreached`. Nothing is noted if part of the heap cannot be
// read or a limit is hit; the latter is a gap.
void follow_heap(const Memory& memory, const Program& program, const Reading& reading,
                 Motion motion, const FollowLimits& limits, Snapshot& snapshot);

// What is to be noted while stacks are read, for the heap to be followed so far.
inline Noted noted_for(const FollowLimits& limits) {
  return limits.bytes == 0 ? Noted::nothing : Noted::pointers;
}

}  // namespace goknot::target
