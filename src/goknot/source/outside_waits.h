// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/architecture.h"

#include <sys/types.h>

namespace goknot::source {

// Adds what goroutines in system calls of a process wait for outside of it, and whether that can
// come. Some hundred goroutines are looked at, no more.
void add_outside_waits(pid_t pid, target::Architecture architecture, Snapshot& snapshot);

}  // namespace goknot::source
