// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/diagnosis.h"
#include "goknot/model/snapshot.h"

#include <vector>

namespace goknot::analysis {

// Groups whose members have the same functions and creator, whatever their lines and states; the
// largest first, the runtime's own last, numbered "s1", "s2", ….
std::vector<GroupView> similar_groups(const Snapshot& snapshot);

}  // namespace goknot::analysis
