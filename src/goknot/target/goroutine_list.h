// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/result.h"
#include "goknot/target/function_table.h"
#include "goknot/target/layouts/layout.h"
#include "goknot/target/memory.h"

#include <optional>
#include <vector>

namespace goknot::target {

// Where runtime.allgs lies: the slice of all goroutines there ever were at once. Found through the
// code of the functions that use it, else by its looks. None if nothing there passes for it.
std::optional<Address> find_goroutine_list(const Memory& memory, const Layout& layout,
                                           const FunctionTable& table);

// The addresses of all g structures, dead ones included, in the order the runtime made them. `list`
// is the address of runtime.allgs. Errors: damaged, if the slice never stood still or cannot be
// read.
Result<std::vector<Address>> read_goroutine_list(const Memory& memory, Address list);

}  // namespace goknot::target
