// SPDX-License-Identifier: Apache-2.0
// What the notes of a core say: who died of what, its threads, and which files were mapped where.
#pragma once

#include "goknot/target/architecture.h"
#include "goknot/target/core/registers.h"
#include "goknot/target/memory.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::target {

// A thread and what was in its registers when the core was written.
struct CoreThread {
  std::int64_t tid = 0;  // as the program itself knows it (m.procid)
  Registers registers;
};

// A part of a file that was mapped: [begin, end).
struct MappedPart {
  Address begin = 0;
  Address end = 0;
  std::uint64_t offset = 0;  // in the file
  std::string path;          // as the program saw it, without " (deleted)"
};

// Everything the notes say. Texts come from the core and may hold anything.
struct CoreNotes {
  std::int64_t pid = 0;
  std::optional<std::uint32_t> user;
  std::string name;                 // comm: at most 15 bytes
  std::string command;              // the beginning of its command line
  int signal = 0;                   // that ended it; 0: none, or not told
  std::vector<CoreThread> threads;  // the one that died first
  std::vector<MappedPart> files;    // by address; empty: not told
  Address headers = 0;  // where the program headers of the program lay (AT_PHDR); 0: not told
};

// Reads the notes of a core (linux fs/binfmt_elf.c: fill_note_info). What does not fit is left out.
CoreNotes parse_core_notes(Architecture architecture, std::span<const std::byte> notes);

// "SIGABRT"; a number for signals without a name.
std::string signal_name(int signal);

// Whether a signal is what a debugger stops programs with, so that nobody died of it.
bool is_stop_signal(int signal);

}  // namespace goknot::target
