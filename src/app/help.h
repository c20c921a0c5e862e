// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/command.h"

#include <string>

namespace goknot::app {

// What `goknot` alone prints: what it is for, the commands, how to go on.
std::string short_help();

// What `goknot COMMAND --help` prints, in at most `width` columns.
std::string help_of(const Command& command, std::size_t width);

}  // namespace goknot::app
