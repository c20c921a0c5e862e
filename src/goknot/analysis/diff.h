// SPDX-License-Identifier: Apache-2.0
// What changed between snapshots: which goroutines are gone, new, and still in the same place.
#pragma once

#include "goknot/model/report.h"
#include "goknot/model/series.h"

#include <cstdint>
#include <span>
#include <vector>

namespace goknot::analysis {

// How goroutines of different snapshots are matched.
enum class Matching : std::uint8_t {
  by_id,     // one process: ids are never used again
  by_stack,  // different processes, or a source without ids: only numbers per stack compare
};

// Goroutines that stand in one place for one reason, in the first and the last snapshot.
//   before = gone + unmoved + left      after = created + unmoved + arrived
// Matched by stack, `unmoved` counts those that are in both numbers, and nobody leaves or arrives.
struct Change {
  GroupView group;                    // as the last snapshot has it, else the first that has it
  std::vector<std::uint64_t> counts;  // in each snapshot
  std::uint64_t gone = 0;             // ended
  std::uint64_t unmoved = 0;          // the same goroutine on the same stack
  std::uint64_t left = 0;             // alive, and in another place now
  std::uint64_t created = 0;          // was not there before
  std::uint64_t arrived = 0;          // was there before, in another place
  bool grew = false;                  // more from snapshot to snapshot, without exception
};

struct Diff {
  Matching matching = Matching::by_stack;
  std::vector<std::uint64_t> totals;  // goroutines in each snapshot
  std::vector<Change> changes;  // largest growth first, then largest loss, unchanged ones last
};

// Compares the first snapshot with the last; those between tell what grew all the time. Needs two.
Diff diff(std::span<const Snapshot> snapshots);

// Which changes a report lists.
enum class DiffRows : std::uint8_t { changed, all };

// The difference as a table for people and programs.
Report report(const Diff& diff, DiffRows rows);

}  // namespace goknot::analysis
