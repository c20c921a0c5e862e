// SPDX-License-Identifier: Apache-2.0
// Whether a goroutine has moved since it was copied.
#pragma once

#include "goknot/target/batch.h"
#include "goknot/target/layouts/layout.h"
#include "goknot/target/memory.h"

#include <cstdint>
#include <span>
#include <vector>

namespace goknot::target {

// What a goroutine was like when it was copied: enough to see later whether it has moved.
struct Mark {
  Address goroutine = 0;
  std::uint64_t key = 0;  // of its record; see key_of
  // The top of its stack, hashed, where it has no counter that tells how often it ran (before
  // go1.17); else 0. One that has parked again in the same place has mostly left other words there,
  // as the time at which sync.Mutex began to wait.
  std::uint64_t stack = 0;
};

// The mark of a goroutine as it was copied.
Mark mark_of(const Layout& layout, const Specimen& specimen);

// Which of the goroutines `rows` have run, ended or become unreadable since they were marked.
std::vector<std::uint32_t> moved_since(const Memory& memory, const Layout& layout,
                                       std::span<const Mark> marks,
                                       std::span<const std::uint32_t> rows);

}  // namespace goknot::target
