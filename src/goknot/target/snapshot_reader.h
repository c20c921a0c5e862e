// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/result.h"
#include "goknot/model/series.h"
#include "goknot/target/memory.h"
#include "goknot/target/program.h"

namespace goknot::target {

// A snapshot of all goroutines of a program, with the text its arguments stand in. What could not
// be read is a gap. Errors: damaged, if the list of goroutines cannot be read.
Result<Series> read_snapshot(const Memory& memory, const Program& program);

}  // namespace goknot::target
