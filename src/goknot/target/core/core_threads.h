// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/core/core_memory.h"
#include "goknot/target/memory.h"
#include "goknot/target/pause.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <span>
#include <vector>

namespace goknot::target {

// The threads of a core: they stand still for ever. One that was in a signal handler is where the
// signal has interrupted it, for a program that crashes or is told to quit stops its threads by
// signals before it writes a core (GOTRACEBACK=crash).
class CoreThreads final : public Pauser {
 public:
  explicit CoreThreads(const CoreMemory& memory);

  PauseResult hold(std::uint64_t thread, const Look& look) override;
  double longest_seconds() const override { return 0; }

  // Everything that was in a register, in the handlers and before: any word may be the only one
  // that refers to an object.
  const std::vector<Address>& words() const { return words_; }

 private:
  absl::flat_hash_map<std::uint64_t, Registers> threads_;
  std::vector<Address> words_;
};

}  // namespace goknot::target
