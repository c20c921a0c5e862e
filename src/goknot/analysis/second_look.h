// SPDX-License-Identifier: Apache-2.0
// A finding about a running program counts only if those it rests on did not move meanwhile.
#pragma once

#include "goknot/model/diagnosis.h"
#include "goknot/model/live_view.h"
#include "goknot/model/snapshot.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace goknot::analysis {

// The goroutines (rows of the snapshot) that the findings name: roots, culprits, edges and listed
// victims. Sorted, each once. Remarks (severity info) do not count, nor does who runs: that one
// moves anyway.
std::vector<std::uint32_t> participants(const Snapshot& snapshot, const Diagnosis& diagnosis);

// The same of all findings, remarks as well.
std::vector<std::uint32_t> members(const Snapshot& snapshot, const Diagnosis& diagnosis);

// Takes back what was read of goroutines that have moved: they are runnable, wait for nothing and
// hold nothing that is known.
void set_moving(Snapshot& snapshot, std::span<const std::uint32_t> rows);

// What a look a moment later would settle.
struct Questions {
  std::vector<std::uint32_t> rows;  // sorted
  std::vector<ObjectId> locks;      // sorted

  bool empty() const { return rows.empty() && locks.empty(); }
};

// What is suspicious and could still turn out to move: whoever findings name, and every queue for a
// lock with those who hold it. Not what can never move again, whatever time passes: proved cycles,
// and leaks that are proved. Empty for a program with nothing to suspect.
Questions open_questions(const Snapshot& snapshot, const Diagnosis& diagnosis);

// What a program did between two readings of its vital signs; with what kept it from running.
struct Progress {
  Meanwhile meanwhile = Meanwhile::held;
  std::string hindrance;
};
Progress compare(const std::optional<Vitals>& before, const std::optional<Vitals>& after,
                 std::chrono::nanoseconds between);

// Looks again when the program has run for `pause` since it was copied: what the diagnosis took is
// part of it. A program that cannot run is not waited for.
SecondLook look_again(const LiveView& live, const Snapshot& snapshot, const Questions& questions,
                      std::chrono::milliseconds pause);

// Looks at more goroutines at the same second look, those of `rows` it did not look at yet. Whether
// one of them has moved.
bool look_at_more(const LiveView& live, std::span<const std::uint32_t> rows, SecondLook& look);

}  // namespace goknot::analysis
