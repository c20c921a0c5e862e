// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/analysis/scene.h"

namespace goknot::analysis {

// What a group is up to. `wait` is that of its first member, or null; `memo` is that of
// the snapshot.
Traits find_traits(const Snapshot& snapshot, const Group& group, const Wait* wait,
                   const Shapes& shapes, Shapes::Memo& memo);

}  // namespace goknot::analysis
