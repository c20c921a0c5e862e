// SPDX-License-Identifier: Apache-2.0
// Goroutines that stand in the same place for the same reason.
#pragma once

#include "goknot/model/snapshot.h"

#include <cstdint>
#include <vector>

namespace goknot::analysis {

// What makes two goroutines the same.
enum class Likeness : std::uint8_t {
  same,     // status; function, file and line of every frame; function and line of the creator
  similar,  // functions of every frame and of the creator only
};

struct GroupOptions {
  Likeness likeness = Likeness::same;
};

// One group. Offsets, arguments, labels, minutes and the creator's id do not tell groups apart.
struct Group {
  StackId stack;    // of its first member
  StringId status;  // of its first member; all have it unless groups are `similar`
  FrameId creator;  // of its first member
  State state = State::unknown;
  WaitReason reason = WaitReason::none;
  bool system = false;
  std::uint64_t count = 0;          // goroutines, which may be more than rows
  std::int32_t least_minutes = -1;  // shortest and longest wait known; -1: none is known
  std::int32_t most_minutes = -1;
  std::vector<std::uint32_t> members;  // rows of Snapshot::goroutines, in their order
};

// All groups of a snapshot, in the order of their first members. Their counts add up to the
// goroutines. Cost: one hash for every goroutine and one for every frame of a distinct stack.
std::vector<Group> group(const Snapshot& snapshot, const GroupOptions& options = {});

}  // namespace goknot::analysis
