// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/linux/elf_image.h"
#include "goknot/target/memory.h"

namespace goknot::target {

// Names the objects of a snapshot that are package-level variables, or lie inside of one, after
// them: "main.registry", "main.registry+0x8". `code` is an address in the code of the file, as it
// is in memory; by it is seen how far the file was moved. Names that are there already stay, and a
// stripped file names nothing.
void name_globals(const ElfImage& file, const Memory& memory, Address code, Snapshot& snapshot);

}  // namespace goknot::target
