// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/result.h"
#include "goknot/target/linux/system.h"

#include <sys/types.h>

namespace goknot::target {

// What to say of a process that may be read but shows no Go runtime: it is of 32 bit, runs a
// program of another machine, was built with a release that is not understood, or is no Go.
Error explain_no_go(pid_t pid, const System& system = {});

}  // namespace goknot::target
