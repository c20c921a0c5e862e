// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/group.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <tuple>

namespace goknot::analysis {

namespace {

// Numbers places and sequences of places, so that stacks that differ in offsets only are one.
// Stacks are interned with offsets, so two that print alike may have different ids. A place is the
// number of (function, file, line), a shape that of a sequence of places; then equal groups have
// equal numbers and a goroutine is grouped by one look-up, whatever the depth of its stack.
class Places {
 public:
  Places(const Snapshot& snapshot, Likeness likeness) : snapshot_(snapshot), likeness_(likeness) {
    shape_of_.assign(snapshot.stacks.size(), kUnknown);
  }

  // The number of a frame's place; equal places have equal numbers.
  std::uint32_t place(FrameId id) {
    if (!id) return kUnknown;
    const Frame& frame = snapshot_.stacks[id];
    const bool exact = likeness_ == Likeness::same;
    const auto next = static_cast<std::uint32_t>(places_.size());
    return places_
        .try_emplace({frame.function.value, exact ? frame.file.value : 0, exact ? frame.line : 0},
                     next)
        .first->second;
  }

  // The number of a stack's sequence of places.
  std::uint32_t shape(StackId stack) {
    if (!stack) return kUnknown;
    std::uint32_t& known = shape_of_[stack.index()];
    if (known != kUnknown) return known;
    std::vector<std::uint32_t> sequence;
    for (const FrameId frame : snapshot_.stacks.frames(stack)) sequence.push_back(place(frame));
    const auto next = static_cast<std::uint32_t>(shapes_.size());
    known = shapes_.try_emplace(std::move(sequence), next).first->second;
    return known;
  }

 private:
  static constexpr std::uint32_t kUnknown = 0xffffffff;

  const Snapshot& snapshot_;
  Likeness likeness_;
  absl::flat_hash_map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, std::uint32_t>
      places_;
  absl::flat_hash_map<std::vector<std::uint32_t>, std::uint32_t> shapes_;
  std::vector<std::uint32_t> shape_of_;
};

void join(Group& group, const Goroutine& goroutine, std::uint32_t row) {
  group.count += goroutine.count;
  group.members.push_back(row);
  if (goroutine.wait_minutes < 0) return;
  const std::int32_t minutes = goroutine.wait_minutes;
  group.least_minutes = group.least_minutes < 0 ? minutes : std::min(group.least_minutes, minutes);
  group.most_minutes = std::max(group.most_minutes, minutes);
}

Group start(const Goroutine& goroutine) {
  Group group;
  group.stack = goroutine.stack;
  group.status = goroutine.status;
  group.creator = goroutine.creator;
  group.state = goroutine.state;
  group.reason = goroutine.reason;
  group.system = goroutine.system;
  return group;
}

}  // namespace

std::vector<Group> group(const Snapshot& snapshot, const GroupOptions& options) {
  Places places(snapshot, options.likeness);
  std::vector<Group> groups;
  absl::flat_hash_map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, std::size_t> index;
  for (std::size_t row = 0; row < snapshot.goroutines.size(); row++) {
    const Goroutine& goroutine = snapshot.goroutines[row];
    const std::uint32_t status = options.likeness == Likeness::same ? goroutine.status.value : 0;
    const auto [entry, added] = index.try_emplace(
        {status, places.shape(goroutine.stack), places.place(goroutine.creator)}, groups.size());
    if (added) groups.push_back(start(goroutine));
    join(groups[entry->second], goroutine, static_cast<std::uint32_t>(row));
  }
  return groups;
}

}  // namespace goknot::analysis
