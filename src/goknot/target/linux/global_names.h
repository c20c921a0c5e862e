// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/linux/elf_image.h"
#include "goknot/target/memory.h"
#include "goknot/target/module.h"

#include <string>

namespace goknot::target {

// Names the objects of a snapshot that are package-level variables, or lie inside of one, after
// them: "main.registry", "main.cache.mu"; without debugging information "main.cache+0x8". A channel
// is named after the variable that refers to it. The file at `path` is the one the module was
// loaded from. Names that are there already stay, and a stripped file names nothing.
void name_globals(const std::string& path, const Memory& memory, const Module& module,
                  Snapshot& snapshot);

}  // namespace goknot::target
