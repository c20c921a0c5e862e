// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace goknot::app {

// Scripts that teach a shell the commands and options, made from the commands' records.
std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

}  // namespace goknot::app
