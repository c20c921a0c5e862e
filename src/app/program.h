// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/exit_status.h"

#include <span>
#include <string>

namespace goknot::app {

// Runs one command line, without the program's name: answers on standard output, errors on standard
// error (and as a JSON object on standard output if JSON was asked for).
ExitStatus run(std::span<const std::string> arguments);

// From now on, Ctrl-C ends the program with status 130, leaving no half-written file behind, and a
// closed pipe is an error like others.
void handle_signals();

}  // namespace goknot::app
