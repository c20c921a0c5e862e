// SPDX-License-Identifier: Apache-2.0
// Waits that may end by way of others.
#pragma once

#include "goknot/analysis/locks.h"
#include "goknot/analysis/scene.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <vector>

namespace goknot::analysis {

// Who has what in hand, as far as arguments of a text show it.
class Relays {
 public:
  // The scene must outlive it. Nothing is read before it is needed.
  explicit Relays(const Scene& scene) : scene_(scene) {}

  // Whether somebody who moves may end the wait of a lock's holder, directly or by way of
  // goroutines that wait themselves. In Go terms: the holder receives from a channel whose sender
  // is in pipe.Write, and whoever reads that pipe only sleeps.
  bool may_end(const ContendedLock& lock, const Holder& holder);

  // The goroutines that have a pipe, a channel, a wait group among their arguments.
  const std::vector<std::uint32_t>& users_of(std::uint64_t place);

 private:
  void read_arguments();

  const Scene& scene_;
  bool read_ = false;
  absl::flat_hash_map<std::uint64_t, std::vector<std::uint32_t>> users_;  // rows by address
};

}  // namespace goknot::analysis
