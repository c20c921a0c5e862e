// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/machine/lock_flow.h"
#include "goknot/target/machine/recipe.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace goknot::target {

// What must be so for a function to come to an instruction rather than to return before: the
// conditions on all branches of which one side may lead there and the other only out. Sides that
// end in a panic do not count. None if one of these branches is not understood, or asks for
// something else than what the function was given leads to.
std::optional<std::vector<Condition>> conditions_for(LockFlow& flow, std::size_t instruction);

}  // namespace goknot::target
