// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace goknot::testing_support {

// The same dump of a program in which everything outside the standard library has another name:
// packages, types, functions, files and labels. Equal names stay equal, closures stay closures,
// main.main stays.
std::string renamed(std::string_view dump);

}  // namespace goknot::testing_support
