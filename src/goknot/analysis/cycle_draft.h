// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/analysis/rule.h"

#include <vector>

namespace goknot::analysis {

// A draft for each knot of the wait graph: goroutines that nothing alive can wake and that only the
// next one in a circle could. Whoever waits behind them is a victim.
std::vector<Draft> find_cycle_drafts(const Evidence& evidence);

}  // namespace goknot::analysis
