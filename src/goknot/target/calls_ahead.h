// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/callees.h"
#include "goknot/target/code.h"

#include <span>
#include <string_view>

namespace goknot::target {

// Whether a function that comes back from the call it stands at can go on to a call that leads to
// one of some functions, by name, through at most `depth` others: such as a loop that tries again.
// False where its code is not understood.
bool calls_ahead(const Code& code, Callees& callees, const Site& site,
                 std::span<const std::string_view> names, int depth);

}  // namespace goknot::target
