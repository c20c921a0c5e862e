// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/function_table.h"
#include "goknot/target/memory.h"

#include <string_view>
#include <vector>

namespace goknot::target {

// The addresses in the module's variables that the machine code of a function speaks of, each once,
// in the order of the code. Instructions are not told apart from data, so an address may be there
// by chance: whoever uses one checks what stands there. Empty if there is no such function.
std::vector<Address> references(const Memory& memory, const Layout& layout,
                                const FunctionTable& table, std::string_view function);

}  // namespace goknot::target
