// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/memory.h"
#include "goknot/target/program.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace goknot::target {

// What the runtime of a program is up to. None: it cannot be told.
struct RuntimeState {
  std::optional<std::uint64_t> max_procs;   // GOMAXPROCS
  std::optional<std::uint64_t> heap_bytes;  // of pages in use by the collected heap
  std::optional<bool> collecting;           // the garbage collector marks what is reachable
};

// Reads it out of variables of the runtime. They are found by the code that uses them, as a
// stripped program has no names for them, and believed if what stands there can be nothing else.
RuntimeState read_runtime_state(const Memory& memory, const Program& program);

// The records of its processors, each a runtime.p. None if they cannot be found.
std::vector<Address> processors(const Memory& memory, const Program& program);

}  // namespace goknot::target
