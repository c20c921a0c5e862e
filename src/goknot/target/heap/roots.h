// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/heap/marker.h"
#include "goknot/target/program.h"

namespace goknot::target {

// Marks everything the collector keeps alive without regard to goroutines: variables of all
// modules, what finalizers and cleanups will be called with, what they wait in queues for. False if
// part of it cannot be read. Go: runtime/mgcmark.go markroot.
bool add_global_roots(const Memory& memory, const Program& program, const Spans& spans,
                      Marker& marker);

}  // namespace goknot::target
