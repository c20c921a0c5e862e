// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/analysis/draft.h"

#include <vector>

namespace goknot::analysis {

// Who waits for whom, for a person: the roots with what they hold and wait for; behind them what
// waits for them, folded by stack.
std::vector<Knot> make_tree(const Scene& scene, const Draft& draft);

}  // namespace goknot::analysis
