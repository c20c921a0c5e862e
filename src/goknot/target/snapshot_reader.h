// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/result.h"
#include "goknot/model/series.h"
#include "goknot/target/memory.h"
#include "goknot/target/program.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace goknot::target {

// What a goroutine was like when it was copied: enough to see later whether it has moved.
struct Mark {
  Address goroutine = 0;
  std::uint64_t key = 0;  // of its RecordKey, hashed
};

// A snapshot with the text its arguments stand in.
struct Reading {
  Series series;            // one snapshot
  std::vector<Mark> marks;  // one for each of its goroutines
};

// What is known of a program besides its memory.
struct ReadOptions {
  std::optional<std::int64_t> now;  // its nanotime: CLOCK_MONOTONIC of its machine, nanoseconds
};

// Reads all goroutines of a program. What could not be read is a gap. Errors: damaged, if the list
// of goroutines cannot be read.
Result<Reading> read_snapshot(const Memory& memory, const Program& program,
                              const ReadOptions& options = {});

// How many goroutines a program has, the runtime's own left out, as runtime.NumGoroutine() says it.
// None if their list cannot be read.
std::optional<std::uint64_t> count_goroutines(const Memory& memory, const Program& program);

// Which of the goroutines `rows` have run, ended or become unreadable since they were marked.
std::vector<std::uint32_t> moved_since(const Memory& memory, const Layout& layout,
                                       std::span<const Mark> marks,
                                       std::span<const std::uint32_t> rows);

}  // namespace goknot::target
