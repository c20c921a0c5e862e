// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/result.h"
#include "goknot/model/series.h"
#include "goknot/target/heap/follow.h"

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace goknot::source {

// How processes are read.
struct ProcessOptions {
  // Hold threads still whose goroutines run, one at a time and shortly, to see their stacks, too.
  bool pause_running = false;
  target::FollowLimits heap = {};
};

// Reads the goroutines of a running process, which goes on meanwhile. Errors: not_found, denied,
// unsupported (no Go in it).
Result<Series> read_process(pid_t pid, const ProcessOptions& options = {});

// How many goroutines a process has, as runtime.NumGoroutine() would say; none if it cannot be
// read.
std::optional<std::uint64_t> count_goroutines(pid_t pid);

}  // namespace goknot::source
