// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/heap/follow.h"
#include "goknot/target/memory.h"
#include "goknot/target/program.h"
#include "goknot/target/snapshot_reader.h"

namespace goknot::source {

// Adds to a snapshot whose waits are known what only the rest of the memory tells, be it that of a
// process or of a core: names of fields, what the heap leads to.
void add_memory_facts(const target::Memory& memory, const target::Program& program,
                      const target::Reading& reading, target::Motion motion,
                      const target::FollowLimits& limits, Snapshot& snapshot);

}  // namespace goknot::source
