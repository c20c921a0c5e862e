// SPDX-License-Identifier: Apache-2.0
// A look into memory, made of a dump and of who holds the only lock that somebody waits for.
#pragma once

#include "goknot/base/assert.h"
#include "tests/support/dumps.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace goknot::testing_support {

// A goroutine that memory shows to hold the lock. Those that defer something come in the order of
// the dump.
struct ShownHold {
  std::int64_t goroutine = 0;
  std::uint32_t frame = 0;
  Operation mode = Operation::lock;
  HoldEvidence evidence = HoldEvidence::pending_unlock;
  HoldStrength strength = HoldStrength::exact;
  std::string_view defers = {};  // what that frame has deferred
};

// The dump as if its last goroutines had been read from memory.
inline Series memory_look(std::string_view text, std::initializer_list<ShownHold> holds) {
  Series series = read_dump(text);
  Snapshot& snapshot = series.snapshots.back();
  snapshot.origin.detail = Detail::memory;
  const auto wait = std::ranges::find_if(snapshot.waits, [](const Wait& w) {
    return w.operation == Operation::lock || w.operation == Operation::rlock;
  });
  GOKNOT_ASSERT(wait != snapshot.waits.end());
  for (const ShownHold& hold : holds) {
    const auto row = std::ranges::find(snapshot.goroutines, hold.goroutine,
                                       [](const Goroutine& g) { return g.id; });
    GOKNOT_ASSERT(row != snapshot.goroutines.end());
    snapshot.holds.push_back(
        {.goroutine = static_cast<std::uint32_t>(row - snapshot.goroutines.begin()),
         .object = wait->object,
         .mode = hold.mode,
         .evidence = hold.evidence,
         .frame = hold.frame,
         .strength = hold.strength});
    if (hold.defers.empty()) continue;
    snapshot.deferred.push_back({.goroutine = snapshot.holds.back().goroutine,
                                 .frame = hold.frame,
                                 .function = snapshot.strings.add(hold.defers)});
  }
  return series;
}

}  // namespace goknot::testing_support
