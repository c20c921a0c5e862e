// SPDX-License-Identifier: Apache-2.0
// The programs and libraries in a core, and whether a file is one of them.
#pragma once

#include "goknot/target/core/core_memory.h"
#include "goknot/target/linux/elf_image.h"
#include "goknot/target/memory.h"

#include <cstdint>
#include <string>
#include <vector>

namespace goknot::target {

// An ELF file that was loaded in the program of a core.
struct CoreImage {
  std::string path;   // as the program saw it
  Address begin = 0;  // where its first page lay
  bool main = false;  // it is the program; the others are libraries
  BuildIds ids;       // as its first pages in the core say it; empty: they are not there
};

// The files that were loaded, the program first. Empty if the core names none.
std::vector<CoreImage> core_images(const CoreMemory& memory);

// Whether a file is what was loaded.
enum class Match : std::uint8_t { same, different, unknown };

// Compares the build ids; where the core has none, the code itself as far as it is in the core.
Match match(const CoreMemory& memory, const CoreImage& image, const ElfImage& file);

// The ids in words: "Go build id abc/def, GNU build id 0123"; empty if there are none.
std::string words_of(const BuildIds& ids);

// How far a program was moved when it was loaded, by where its headers lay (AT_PHDR); none if that
// cannot be told.
std::optional<Address> moved_by_headers(const CoreNotes& notes, const ElfImage& file);

}  // namespace goknot::target
