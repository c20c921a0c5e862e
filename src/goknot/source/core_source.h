// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/result.h"
#include "goknot/model/series.h"
#include "goknot/source/core_input.h"

namespace goknot::source {

// Reads the goroutines of a program out of a core. Errors: unsupported (no Go in it, another
// program's file, the program's file is missing), damaged, those of opening the program's file.
Result<Series> read_core(CoreInput input, const CoreOptions& options);

}  // namespace goknot::source
