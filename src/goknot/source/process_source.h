// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/result.h"
#include "goknot/model/series.h"

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace goknot::source {

// Reads the goroutines of a running process, which goes on meanwhile. Errors: not_found, denied,
// unsupported (no Go in it).
Result<Series> read_process(pid_t pid);

// How many goroutines a process has, as runtime.NumGoroutine() would say; none if it cannot be read.
std::optional<std::uint64_t> count_goroutines(pid_t pid);

}  // namespace goknot::source
