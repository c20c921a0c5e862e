// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/result.h"
#include "goknot/model/series.h"
#include "goknot/target/file_uses.h"
#include "goknot/target/heap/stack_pointers.h"
#include "goknot/target/mark.h"
#include "goknot/target/memory.h"
#include "goknot/target/pause.h"
#include "goknot/target/program.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace goknot::target {

// Whether the program goes on while it is read.
enum class Motion : std::uint8_t { runs_on, stands_still };

// A snapshot with the text its arguments stand in.
struct Reading {
  Series series;                    // one snapshot
  std::vector<Mark> marks;          // one for each of its goroutines
  StackPointers pointers;           // of its goroutines, if they were asked for
  std::vector<FileUse> file_uses;   // who wants or has the lock of ReadOptions::files
  std::vector<Address> words = {};  // in the registers of threads that stand still
};

// Whether what goroutines refer to is noted while their stacks are read, to follow the heap later.
enum class Noted : std::uint8_t { nothing, pointers };

// What is known of a program besides its memory, and what is asked for.
struct ReadOptions {
  std::optional<std::int64_t> now =
      {};                    // its nanotime: CLOCK_MONOTONIC of its machine, nanoseconds
  Pauser* pauser = nullptr;  // holds threads still whose goroutines run; null: they are not read
  Noted noted = Noted::nothing;
  std::span<const ContendedFile> files = {};  // of whose locks it is told
  Motion motion = Motion::runs_on;            // stands_still: what cannot be read at once never can
};

// Reads all goroutines of a program. What could not be read is a gap. Errors: damaged, if the list
// of goroutines cannot be read.
Result<Reading> read_snapshot(const Memory& memory, const Program& program,
                              const ReadOptions& options = {});

// How many goroutines a program has, the runtime's own left out, as runtime.NumGoroutine() says it.
// None if their list cannot be read.
std::optional<std::uint64_t> count_goroutines(const Memory& memory, const Program& program);

}  // namespace goknot::target
