// SPDX-License-Identifier: Apache-2.0
// The labels of goroutines: runtime/pprof.Do.
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/layouts/layout.h"
#include "goknot/target/memory.h"

#include <cstdint>
#include <span>

namespace goknot::target {

// A goroutine that has labels.
struct Labelled {
  std::uint32_t row = 0;  // of Snapshot::goroutines
  Address goroutine = 0;  // its g
  Address labels = 0;     // what g.labels was when it was copied
};

// Reads the labels of these goroutines into the snapshot, in few steps however many there are. Who
// has got others meanwhile, or such that make no sense, has none.
void read_labels(const Memory& memory, const Layout& layout, std::span<const Labelled> goroutines,
                 Snapshot& snapshot);

}  // namespace goknot::target
