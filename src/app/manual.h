// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace goknot::app {

// The manual page goknot(1) in roff, made from the commands' records.
std::string manual_page();

}  // namespace goknot::app
