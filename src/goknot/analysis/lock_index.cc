// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/lock_index.h"

#include "goknot/analysis/best_holder.h"

namespace goknot::analysis {

// A holder that waits for the same lock is the matter of self_lock.cc; to follow it would lead in a
// circle of one.
LockIndex::LockIndex(const Scene& scene, const std::vector<ContendedLock>& locks) {
  for (const ContendedLock& lock : locks) {
    for (const std::uint32_t row : lock.waiters) waited_for_.try_emplace(row, &lock);
    const Holder* best = find_best_holder(scene, lock);
    if (best == nullptr || best->waits_for_it) continue;
    keepers_.emplace(&lock, best);
    kept_by_[best->row].push_back(&lock);
  }
}

const ContendedLock* LockIndex::waited_for(std::uint32_t row) const {
  const auto found = waited_for_.find(row);
  return found == waited_for_.end() ? nullptr : found->second;
}

const Holder* LockIndex::keeper(const ContendedLock& lock) const {
  const auto found = keepers_.find(&lock);
  return found == keepers_.end() ? nullptr : found->second;
}

std::span<const ContendedLock* const> LockIndex::kept_by(std::uint32_t row) const {
  const auto found = kept_by_.find(row);
  return found == kept_by_.end() ? std::span<const ContendedLock* const>() : found->second;
}

}  // namespace goknot::analysis
