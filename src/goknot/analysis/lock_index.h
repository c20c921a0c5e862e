// SPDX-License-Identifier: Apache-2.0
// Contended locks by the goroutines that have to do with them.
#pragma once

#include "goknot/analysis/locks.h"
#include "goknot/analysis/scene.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <span>
#include <vector>

namespace goknot::analysis {

// Who waits for which lock, and who keeps it from them. Points into the locks it was made from.
class LockIndex {
 public:
  LockIndex(const Scene& scene, const std::vector<ContendedLock>& locks);

  // The lock a goroutine waits for, or null.
  const ContendedLock* waited_for(std::uint32_t row) const;
  // The goroutine to follow from a lock to whoever keeps it: the best holder that does not wait for
  // it itself, or null.
  const Holder* keeper(const ContendedLock& lock) const;
  // The locks that a goroutine keeps from others.
  std::span<const ContendedLock* const> kept_by(std::uint32_t row) const;

 private:
  absl::flat_hash_map<std::uint32_t, const ContendedLock*> waited_for_;
  absl::flat_hash_map<const ContendedLock*, const Holder*> keepers_;
  absl::flat_hash_map<std::uint32_t, std::vector<const ContendedLock*>> kept_by_;
};

}  // namespace goknot::analysis
