// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/result.h"
#include "goknot/model/series.h"

#include <sys/types.h>

namespace goknot::source {

// Reads the goroutines of a running process, which goes on meanwhile. Errors: not_found, denied,
// unsupported (no Go in it).
Result<Series> read_process(pid_t pid);

}  // namespace goknot::source
