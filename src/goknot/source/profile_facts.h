// SPDX-License-Identifier: Apache-2.0
// What the readers of profiles have in common.
#pragma once

#include "goknot/base/result.h"
#include "goknot/model/snapshot.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace goknot::source {

// The error for a profile of something else; `kind` as pprof names it: "heap", "threadcreate".
Error not_of_goroutines(std::string_view kind);

// Whether a stack is one of the runtime's own goroutines: every frame is the runtime's, and it is
// not the main goroutine.
bool is_runtime_only(const Snapshot& snapshot, StackId stack);

// The name shown for a frame without a symbol: its address, so that different places stay apart.
std::string unnamed_function(std::uint64_t pc);

// Compares the goroutines shown with Origin::declared_total; what is missing becomes a gap and
// makes the snapshot incomplete.
void check_total(Snapshot& snapshot);

}  // namespace goknot::source
