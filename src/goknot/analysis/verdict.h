// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/analysis/scene.h"
#include "goknot/model/diagnosis.h"

#include <vector>

namespace goknot::analysis {

// Puts findings into the order in which they are shown and numbers them: worst first, then surest,
// then those that hold up most goroutines.
void rank(std::vector<Finding>& findings);

// The outcome as docs/report.md defines it, and one or two sentences for it. `findings` are ranked.
Verdict make_verdict(const Scene& scene, const std::vector<Finding>& findings);

}  // namespace goknot::analysis
