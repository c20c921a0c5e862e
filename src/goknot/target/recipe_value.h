// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/batch.h"
#include "goknot/target/code.h"
#include "goknot/target/machine/recipe.h"

#include <optional>

namespace goknot::target {

// The value that a function works with, as the frame of a goroutine has it: found in the copy of
// its stack and in memory. None if that cannot be read.
std::optional<Address> find_value(const Code& code, const Specimen& specimen,
                                  const Activation& activation, const Recipe& recipe);

}  // namespace goknot::target
