// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/queue_motion.h"

#include "goknot/base/quantity.h"

#include <fmt/format.h>

#include <algorithm>

namespace goknot::analysis {

namespace {

using Kind = QueueMotion::Kind;

// How many wait for a lock at the second look, by its own words.
std::optional<std::uint64_t> waiters_later(const SecondLook& look, ObjectId lock) {
  const auto found = std::ranges::lower_bound(look.locks, lock, {}, &LockLater::object);
  if (found == look.locks.end() || found->object != lock || !found->state.waiters) return {};
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, *found->state.waiters));
}

bool contains(const std::vector<std::uint32_t>& rows, std::uint32_t row) {
  return std::ranges::binary_search(rows, row);
}

// Whether so many goroutines want to run that one of them may not have had its turn: each may keep
// its processor for 10 ms (runtime/proc.go, forcePreemptNS) when others wait for it.
bool is_crowded(const Scene& scene) {
  constexpr std::uint64_t kMany = 8;  // for each processor
  const auto& facts = scene.snapshot().origin.facts;
  const std::uint64_t processors = facts ? facts->max_procs.value_or(1) : 1;
  return scene.context().ready >= kMany * std::max<std::uint64_t>(processors, 1);
}

}  // namespace

// Somebody who left proves that the queue moves. That nobody left proves that it stands only if
// every waiter was looked at, the program could run, and a processor was free for who might have
// been woken.
QueueMotion motion_of(const Scene& scene, const ContendedLock& lock) {
  const auto& look = scene.snapshot().second_look;
  if (!look || look->meanwhile == Meanwhile::held) return {};
  QueueMotion motion;
  for (const std::uint32_t row : lock.waiters) {
    if (!contains(look->looked_at, row)) return {};
    motion.left += contains(look->moved, row) ? 1U : 0U;
  }
  if (motion.left == 0 && is_crowded(scene)) return {};
  motion.kind = motion.left > 0 ? Kind::moves : Kind::stands;
  const std::uint64_t stayed = lock.waiters.size() - motion.left;
  if (const auto later = waiters_later(*look, lock.object)) {
    motion.came = *later > stayed ? *later - stayed : 0;
  }
  return motion;
}

std::string motion_words(const Scene& scene, const QueueMotion& motion) {
  const auto& look = scene.snapshot().second_look;
  if (!look) return {};
  if (look->meanwhile == Meanwhile::held) {
    return fmt::format(
        "Whether the queue moves is not known: the program could not run between two looks ({}).",
        look->hindrance);
  }
  const std::string time = time_between_looks(scene);
  if (motion.kind == Kind::moves) {
    return fmt::format("Two looks {} apart show the queue moving ({} left it, {} came).", time,
                       with_thousands(motion.left), with_thousands(motion.came));
  }
  if (motion.kind == Kind::unknown) return {};
  return fmt::format(
      "Two looks {} apart show the same queue{}: nobody left it, though the program {}.", time,
      motion.came > 0 ? fmt::format(", and {} more", with_thousands(motion.came)) : "",
      look->meanwhile == Meanwhile::ran ? "ran" : "could have run");
}

std::string time_between_looks(const Scene& scene) {
  const auto& look = scene.snapshot().second_look;
  return look ? spoken_seconds(look->after_seconds) : "";
}

}  // namespace goknot::analysis
