// SPDX-License-Identifier: Apache-2.0
// Who started a goroutine, and who started that one: kept with GODEBUG=tracebackancestors=N.
#pragma once

#include "goknot/target/code.h"
#include "goknot/target/memory.h"

#include <cstdint>
#include <span>

namespace goknot::target {

// A goroutine whose ancestors were noted when it was started.
struct Descendant {
  std::uint32_t row = 0;  // of Snapshot::goroutines
  Address goroutine = 0;  // its g
  Address ancestors = 0;  // what g.ancestors was when it was copied
};

// Reads the ancestors of these goroutines into the snapshot, in few steps however many there are.
// What another goroutine has taken the place of meanwhile, or what makes no sense, has none.
void read_ancestors(Code& code, std::span<const Descendant> goroutines, Snapshot& snapshot);

}  // namespace goknot::target
