// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/live_view.h"
#include "goknot/target/linux/system.h"

#include <sys/types.h>

#include <optional>

namespace goknot::target {

// How far a process has come, and what keeps it from running. None if there is no such process.
// Costs one file for each thread.
std::optional<Vitals> read_vitals(pid_t pid, const System& system = {});

}  // namespace goknot::target
