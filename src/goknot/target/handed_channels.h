// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/asking_place.h"
#include "goknot/target/code.h"

namespace goknot::target {

// Notes in the snapshot, whose waits are complete, which of the goroutines that receive from a nil
// channel were handed it: context.Background().Done() is nil, too, and waiting for it may be meant.
void note_handed_channels(const Code& code, const SitesOf& sites, Snapshot& snapshot);

}  // namespace goknot::target
