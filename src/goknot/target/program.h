// SPDX-License-Identifier: Apache-2.0
// No symbols are needed. The linker writes a pclntab, which begins with a magic number, and a
// moduledata that points to it; the release is told by the build information or tried from the
// newest that uses that magic number; and it counts if all fits: the table of functions is sound,
// and a list of goroutines is found with the offsets of that release.
#pragma once

#include "goknot/base/result.h"
#include "goknot/target/build_info.h"
#include "goknot/target/function_table.h"
#include "goknot/target/layouts/layout.h"
#include "goknot/target/memory.h"

#include <string>
#include <vector>

namespace goknot::target {

// One Go runtime in an address space: the program, or a library inside a program of another
// language, with its plugins.
struct Program {
  std::string path;  // of the file it was loaded from, as the mapping names it; may be empty
  BuildInfo build;   // its version is empty if it was wiped
  Layout layout;
  std::vector<FunctionTable> tables;  // of its modules; the one with the runtime first
  Address goroutines = 0;             // of runtime.allgs
};

// Finds the Go runtimes in memory by their structure alone, without symbols or section headers; the
// program itself comes first.
// Errors: unsupported, if there is none or it is of a release that is not read; damaged, if there
// is one that contradicts itself.
Result<std::vector<Program>> find_programs(const Memory& memory, Architecture architecture);

}  // namespace goknot::target
