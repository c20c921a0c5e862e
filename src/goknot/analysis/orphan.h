// SPDX-License-Identifier: Apache-2.0
// What the rules about goroutines that nobody wakes share.
#pragma once

#include "goknot/analysis/rule.h"
#include "goknot/analysis/suspicion.h"

#include <string_view>
#include <vector>

namespace goknot::analysis {

// One finding for each suspicious group that `fits`: its goroutines are the roots, nobody is held
// up but them. In a hanging test or program, the goroutines that wait in the testing package are
// its victims.
std::vector<Draft> find_orphans(const Evidence& evidence, std::string_view rule,
                                bool (*fits)(const Traits&));

// The same for all groups of which members wait for something that nothing alive refers to,
// whatever it is.
std::vector<Draft> find_unreached(const Evidence& evidence, std::string_view rule);

}  // namespace goknot::analysis
