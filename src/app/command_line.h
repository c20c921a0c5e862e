// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/command.h"
#include "goknot/base/result.h"

#include <span>
#include <string>
#include <vector>

namespace goknot::app {

// A command line understood.
struct Invocation {
  const Command* command = nullptr;
  Args args;
};

// Every option of a command: its own and those it shares with others.
std::vector<Flag> all_flags(const Command& command);

// Finds the command (the first word, else `diagnose`) and its options in the arguments of the
// program, without its name. Errors: usage.
Result<Invocation> parse_command_line(std::span<const std::string> arguments);

}  // namespace goknot::app
