// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"

namespace goknot::source {

// Fills objects and waits of a snapshot that has only frames: who waits for which object, as
// exactly as frames, arguments and the Go version allow. Sources that read memory do not need it;
// rows that are there already stay.
void add_waits(Snapshot& snapshot);

}  // namespace goknot::source
