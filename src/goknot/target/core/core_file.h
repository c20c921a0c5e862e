// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/result.h"
#include "goknot/target/core/core_notes.h"
#include "goknot/target/linux/elf_image.h"
#include "goknot/target/linux/scoped_fd.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace goknot::target {

// A core: the memory and the threads of a process at one instant, as the kernel writes it when a
// signal ends a process, or gcore while it goes on. It is mapped, never loaded.
// An ELF file of type ET_CORE: a PT_NOTE segment with the threads and the list of mapped files, and
// a PT_LOAD segment for each mapping, of which p_filesz bytes are in the file. By default the
// kernel leaves out what can be had from files (core(5), coredump_filter), the code among it.
struct CoreFile {
  ElfImage image;
  CoreNotes notes;
  std::uint64_t missing_bytes = 0;  // that should follow where the file ends: it was cut

  // Whether bytes begin like a core, of whatever machine.
  static bool is_core(std::string_view bytes);
  // Opens a core. Errors: unsupported (another machine, no core), damaged.
  static Result<CoreFile> open(ScopedFd file, const std::string& name);
  // The same with bytes that outlive it.
  static Result<CoreFile> parse(std::span<const std::byte> bytes, const std::string& name);
};

}  // namespace goknot::target
