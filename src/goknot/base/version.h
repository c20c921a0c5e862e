// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace goknot {

// The version of this library and program, like "0.1.0".
std::string_view version();

}  // namespace goknot
