// SPDX-License-Identifier: Apache-2.0
// Who could wake whom among goroutines that nothing alive can wake, and the knots among them.
//
// Whoever is stuck waits at gates: one for each object and operation. A gate is opened by those who
// hold the lock or, for anything else and for locks without a known holder, by those who still refer
// to the object (Snapshot::holds and references); not by those who wait at the same gate. A knot is a set of goroutines that all lead
// to each other and to nobody else: it explains itself and everybody who waits behind it. Found by
// Tarjan's algorithm for strongly connected components (SIAM J. Comput. 1, 1972), linear in waits
// and references.
#pragma once

#include "goknot/analysis/scene.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <span>
#include <vector>

namespace goknot::analysis {

// A goroutine in a cycle: the next one in it could end this one's wait for the object.
struct CycleStep {
  std::uint32_t row = 0;
  ObjectId object;                      // what it waits for
  Relation relation = Relation::holds;  // of the next one to that object: holds or could_wake
};

// The wait-for graph of the stuck goroutines of a scene.
class WaitGraph {
 public:
  explicit WaitGraph(const Scene& scene);

  // Whether somebody who is stuck, too, could wake the goroutine of a row.
  bool has_wakers(std::uint32_t row) const;
  // The shortest cycle of each knot of several goroutines. Each has at least two steps.
  std::vector<std::vector<CycleStep>> cycles() const;
  // The stuck goroutines whose every way forward leads through `roots`, without these; sorted.
  std::vector<std::uint32_t> behind(std::span<const std::uint32_t> roots) const;

 private:
  struct Gate {
    ObjectId object;
    Relation relation = Relation::could_wake;
    std::vector<std::uint32_t> waiters;  // nodes
    std::vector<std::uint32_t> openers;  // nodes
  };

  void add_gates(const Snapshot& snapshot);
  void add_lock_openers(const Snapshot& snapshot);
  void add_referrers(const Snapshot& snapshot);
  void open(std::uint32_t gate, std::uint32_t row);
  std::vector<std::vector<std::uint32_t>> find_knots() const;
  std::vector<CycleStep> shortest_cycle(std::span<const std::uint32_t> knot) const;
  std::vector<CycleStep> cycle_from(std::uint32_t start) const;

  std::vector<std::uint32_t> rows_;                          // by node
  absl::flat_hash_map<std::uint32_t, std::uint32_t> nodes_;  // by row
  std::vector<std::vector<std::uint32_t>> gates_of_;         // by node: where it waits
  std::vector<std::vector<std::uint32_t>> opens_;            // by node: what it could open
  std::vector<Gate> gates_;
};

}  // namespace goknot::analysis
