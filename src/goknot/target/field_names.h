// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/memory.h"
#include "goknot/target/program.h"

namespace goknot::target {

// Names the objects of a snapshot after the fields in which they lie, or to which they belong:
// "Hub.mu", "Pool.work". An object is named only if the receiver of a method that uses it is known,
// and all types of that receiver's name have the same field of the right type there. Names that are
// there already stay.
void name_fields(const Memory& memory, const Program& program, Snapshot& snapshot);

}  // namespace goknot::target
