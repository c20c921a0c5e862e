// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"

namespace goknot::source {

// Fills objects and waits of a snapshot that has only frames: who waits for which object, as
// exactly as frames, arguments and the Go version allow. Goroutines whose waits were read from
// memory keep them: of these only the frame that waits and the owner of the object are filled in.
void add_waits(Snapshot& snapshot);

}  // namespace goknot::source
