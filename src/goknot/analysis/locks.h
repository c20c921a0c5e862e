// SPDX-License-Identifier: Apache-2.0
// Locks that somebody waits for, and who may hold them.
//
// Memory tells who holds a lock (Snapshot::holds). Frames only hint at it: a goroutine that stands
// behind the line at which others wait has passed that lock; a goroutine below a method of the
// lock's owner may be inside the critical section. What such a hint is worth is its Strength; rules
// turn it into a grade.
#pragma once

#include "goknot/analysis/scene.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace goknot::analysis {

// How much a hint that somebody holds a lock is worth. Ordered.
enum class Strength : std::uint8_t {
  mentions,  // the address stands in its arguments
  type,      // it is below a method of the same type; of which object is not shown
  receiver,  // it is below a method of the same object
  passed,    // it stands in the function in which others wait for the lock, behind that line
  shown,     // memory shows it, but it could be otherwise (HoldStrength::likely)
  exact,     // shown: memory, or the frame that only the holder can have (sync.Once)
};

// A goroutine that may hold a lock.
struct Holder {
  std::uint32_t row = 0;
  std::uint32_t frame = 0;  // depth of the frame that shows it
  Strength strength = Strength::mentions;
  bool waits_for_it = false;   // it is among the waiters of the same lock
  const Hold* hold = nullptr;  // as memory shows it; null: inferred
  bool came_back = false;      // it waits, and the frame called other code, which called back
  bool of_owner = false;  // the object it is in is the lock's, or no other one of its type is seen
};

// A lock with its queue.
struct ContendedLock {
  ObjectId object;
  std::vector<std::uint32_t> waiters;   // rows
  std::vector<Holder> holders;          // strongest first; one entry for a row
  std::int32_t minutes = -1;            // of the oldest waiter
  std::optional<std::uint32_t> writer;  // a writer that waits for readers to leave

  // Whether a waiter has stood for a minute or more, or was there in an earlier look.
  bool old = false;
  // Whether text shows somebody in a method of the owner, or perhaps of it, of whom it cannot be
  // told whether it has the lock: it waits to receive in the function it was started with, as a
  // loop does without the lock and a Stop with it; or the owner is one of many and not told.
  bool others_inside = false;
};

// The innermost frame in [inner, outer) that is other code than the method at `outer` belongs to: a
// function that was handed in, or another package. Through it a method came back to its object.
std::optional<std::uint32_t> find_other_code(const Scene& scene, StackId stack, std::uint32_t inner,
                                             std::uint32_t outer);

// All locks that somebody waits for, those with most waiters first.
std::vector<ContendedLock> find_contended_locks(const Scene& scene);

}  // namespace goknot::analysis
