// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/best_holder.h"

#include <algorithm>

namespace goknot::analysis {

namespace {

// The only one of several equal hints that calls out of the object, while the others are a crowd
// that waits in its own method: callers that queue for something else than the lock.
// Ten goroutines wait in (*Pool).Get on the pool's channel, one stands in (*Pool).Close, which has
// called conn.Close(): the ten queue, and the one is at work inside.
const Holder* find_one_who_calls_out(const Scene& scene, const ContendedLock& lock,
                                     const Holder& equal) {
  const Holder* found = nullptr;
  for (const Holder& holder : lock.holders) {
    if (holder.strength != equal.strength || holder.waits_for_it != equal.waits_for_it) continue;
    const bool calls_out = holder.frame > scene.traits_of(holder.row).wait_frame;
    if (!calls_out && scene.group_of(holder.row).count > 1) continue;
    if (found != nullptr) return nullptr;
    found = &holder;
  }
  return found;
}

// How much the wait of a reader keeps others waiting: who can move will leave.
int weight_of(const Scene& scene, std::uint32_t row) {
  switch (scene.traits_of(row).standing) {
    case Standing::forever:
    case Standing::channel:
    case Standing::join:
    case Standing::lock:
      return 2;
    case Standing::outside:
      return 1;
    default:
      return 0;
  }
}

// Of readers that memory shows the one that keeps a writer waiting longest; null if they are not
// readers.
const Holder* find_slowest_reader(const Scene& scene, const ContendedLock& lock) {
  const Holder* slowest = nullptr;
  for (const Holder& holder : lock.holders) {
    if (holder.hold == nullptr || holder.hold->mode != Operation::rlock) return nullptr;
    if (holder.waits_for_it) continue;
    if (slowest == nullptr || weight_of(scene, holder.row) > weight_of(scene, slowest->row)) {
      slowest = &holder;
    }
  }
  return slowest;
}

}  // namespace

const Holder* find_best_holder(const Scene& scene, const ContendedLock& lock) {
  if (const Holder* reader = find_slowest_reader(scene, lock)) return reader;
  const Holder* best = nullptr;
  for (const Holder& holder : lock.holders) {
    if (best == nullptr ||
        (holder.strength == best->strength && best->waits_for_it && !holder.waits_for_it)) {
      best = &holder;
    }
  }
  if (best == nullptr) return nullptr;
  const bool alone = std::ranges::none_of(lock.holders, [&](const Holder& other) {
    return other.strength == best->strength && other.waits_for_it == best->waits_for_it &&
           scene.group_index(other.row) != scene.group_index(best->row);
  });
  if (alone) return best;
  return best->hold == nullptr ? find_one_who_calls_out(scene, lock, *best) : nullptr;
}

}  // namespace goknot::analysis
