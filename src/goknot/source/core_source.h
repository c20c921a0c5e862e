// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/result.h"
#include "goknot/model/series.h"

#include <string>

namespace goknot::source {

// How cores are read.
struct CoreOptions {
  std::string executable;  // the program's file; empty: where the core says it was
};

// Whether a file begins like an ELF core. False if it cannot be opened.
bool is_core_file(const std::string& path);

// Reads the goroutines of a program out of a core. Errors: those of opening files, unsupported (no
// Go in it, another program's file, the program's file is missing), damaged.
Result<Series> read_core(const std::string& path, const CoreOptions& options);

}  // namespace goknot::source
