// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/analysis/draft.h"
#include "goknot/analysis/rule.h"

#include <vector>

namespace goknot::analysis {

// Cycles of which memory shows all but that nobody else could step in: a goroutine holds a lock and
// waits on a channel, and all whose code is going to answer there wait for that very lock.
// Something alive still refers to the channel, as in any server, so they are never more than
// likely.
std::vector<Draft> find_locked_out(const Evidence& evidence);

}  // namespace goknot::analysis
