// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/report.h"
#include "goknot/target/linux/processes.h"

#include <cstdint>
#include <functional>
#include <optional>

namespace goknot::target {

// Counts the goroutines of a process that can be read; none if that fails.
using GoroutineCounter = std::function<std::optional<std::uint64_t>(const GoProcess&)>;

// One row for each process: who it is, which Go, how old and large, whether it can be read or why
// not. Without a counter there is no column of goroutines.
Table process_table(const ProcessList& list, const GoroutineCounter& count = {});

}  // namespace goknot::target
