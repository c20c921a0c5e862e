// SPDX-License-Identifier: Apache-2.0
// Who asks an object through a channel while that object is busy.
#pragma once

#include "goknot/analysis/scene.h"

#include <absl/container/flat_hash_map.h>
#include <absl/functional/function_ref.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace goknot::analysis {

// Goroutines that send to or receive from an object in a method of its type: whoever runs that
// object's loop answers them. Found once for a scene. Must not outlive it.
// Example: (*Hub).Count sends a request to the goroutine that runs (*Hub).run and waits for the
// answer. If run is stuck, all that stand in Count are stuck behind it, although no lock connects
// them.
class Callers {
 public:
  explicit Callers(const Scene& scene);

  // Those that ask the objects in whose methods `busy` goroutines are; in text, an address that is
  // not shown fits any. Groups that are `done` are left out.
  std::vector<std::uint32_t> of(std::span<const std::uint32_t> busy,
                                absl::FunctionRef<bool(std::size_t)> done) const;

 private:
  const Scene* scene_;
  absl::flat_hash_map<std::string, std::vector<std::size_t>> groups_;  // by the type they ask
};

}  // namespace goknot::analysis
