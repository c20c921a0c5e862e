// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/memory.h"
#include "goknot/target/module.h"

#include <string>

namespace goknot::target {

// What runtime.Version() says ("go1.12.17"), found among the string variables of a program that
// has no build information: it was built before go1.13, or it was wiped. Empty if no string, or
// more than one, can be it.
std::string find_version_text(const Memory& memory, const Module& module);

}  // namespace goknot::target
