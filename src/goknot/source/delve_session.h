// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/result.h"
#include "goknot/model/snapshot.h"
#include "goknot/source/format.h"

#include <string_view>
#include <vector>

namespace goknot::source {

// Reads what a person pasted from Delve: lists of goroutines, stacks, or both; what is said of one
// goroutine in several places is joined. A list after the program ran on is another snapshot.
// Errors: damaged (neither a list nor a stack).
Result<std::vector<Snapshot>> read_delve_session(const Input& input);

// Whether there are lines of a list, or a stack.
bool has_delve_list(std::string_view bytes);
bool has_delve_stack(std::string_view bytes);

}  // namespace goknot::source
