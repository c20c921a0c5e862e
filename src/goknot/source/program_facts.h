// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/linux/elf_image.h"
#include "goknot/target/memory.h"
#include "goknot/target/program.h"

namespace goknot::source {

// What a program itself says of how it was built and what its runtime is up to, from its memory, as
// facts of a snapshot whose goroutines were read.
ProgramFacts program_facts(const target::Memory& memory, const target::Program& program,
                           const Snapshot& snapshot);

// Notes the build ids of a program's file: that of the linker, which debuggers and pprof know it
// by, else the go command's own.
void set_build_ids(const target::BuildIds& ids, Origin& origin);

}  // namespace goknot::source
