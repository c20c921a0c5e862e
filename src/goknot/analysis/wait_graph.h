// SPDX-License-Identifier: Apache-2.0
// Who could wake whom among goroutines that nothing alive can wake, and the knots among them.
//
// Whoever is stuck waits at gates: one for each object and operation. A gate is opened by those who
// hold the lock or, for anything else and for locks without a known holder, by those who still
// refer to the object (Snapshot::holds and references); not by those who wait at the same gate, nor
// by those who stand in the same code and would do the same, unless their code shows that they are
// going to do what is waited for. A wait group of which somebody has deferred the Done is opened by
// those who have, and needs each of them. A knot is a set of goroutines that all
// lead to each other and to nobody else, or one that leads to itself alone: it explains itself and
// everybody who waits behind it. Found by Tarjan's algorithm for strongly connected components
// (SIAM J. Comput. 1, 1972), linear in waits and references.
#pragma once

#include "goknot/analysis/scene.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace goknot::analysis {

// A goroutine in a cycle: the next one in it could end this one's wait for the object.
struct CycleStep {
  std::uint32_t row = 0;
  ObjectId object;                      // what it waits for
  Relation relation = Relation::holds;  // of the next one to that object: holds or could_wake
  bool owes = false;  // the next one has deferred the Done that this one waits for
  // How many more of the knot stand where it stands, if those are too many to be to blame: any of
  // them would do, as of workers who come back for more, and this one stands for all. Else 0.
  std::uint32_t stands_for = 0;
};

// What holds a knot together.
struct Cycle {
  std::vector<CycleStep> steps;      // the shortest cycle; one of whom waits for itself
  std::vector<std::uint32_t> mates;  // rows that stand where members of it stand, and in it, too

  // Whether they all wait for the same, which one of them would have to do.
  bool is_of_one_gate() const;
};

class Components;

// The wait-for graph of the stuck goroutines of a scene, and of those who wait for a Done that they
// have deferred themselves: these are stuck whatever else refers to their wait group.
// In Go terms: A sends on a and will then receive from b, B sends on b and will then receive from
// a. There are two gates, "send a" (opened by B) and "send b" (opened by A), and one knot, {A, B}.
// C, which waits for a lock that A holds, waits at "lock m", opened by A: C is behind the knot and
// no part of it.
class WaitGraph {
 public:
  // Goroutines that are accounted for, with all whose every way forward leads through them.
  struct Passed {
    std::vector<bool> inside;           // by node
    std::vector<std::uint32_t> opened;  // by gate: how many of its openers are inside
  };

  explicit WaitGraph(const Scene& scene);

  // Whether somebody who is stuck, too, could wake the goroutine of a row. Not asked of members of
  // loose knots.
  bool has_wakers(std::uint32_t row) const;
  // Whether a goroutine belongs to a knot in which all wait in a select for each other or for
  // somebody who is gone: a lost owner leaves such pairs behind, and it is the cause.
  bool is_loose(std::uint32_t row) const { return loose_.contains(row); }
  // One cycle of each other knot.
  const std::vector<Cycle>& cycles() const { return cycles_; }
  // The stuck goroutines whose every way forward leads through `roots`, without these; sorted.
  std::vector<std::uint32_t> behind(std::span<const std::uint32_t> roots) const;
  // The same where others are passed already; costs no more than what is found.
  std::vector<std::uint32_t> behind(std::span<const std::uint32_t> roots,
                                    const Passed& passed) const;
  // Passes goroutines, too; gives those behind them and what was passed before, as behind() does.
  std::vector<std::uint32_t> pass(std::span<const std::uint32_t> rows, Passed& passed) const;

 private:
  class Advance;

  struct Gate {
    ObjectId object;
    Operation operation = Operation::unknown;
    Relation relation = Relation::could_wake;
    bool needs_each = false;             // of its openers; else any will do
    std::vector<std::uint32_t> waiters;  // nodes
    std::vector<std::uint32_t> openers;  // nodes
  };

  using Functions = std::vector<StringId>;  // sorted

  void find_owing();
  void add_nodes();
  void add_gates();
  void add_lock_openers();
  void add_referrers();
  void add_deferred_dones();
  void open(std::uint32_t gate, std::uint32_t row);
  void open_by(std::uint32_t gate, const Reference& reference);
  void add_opener(std::uint32_t gate, std::uint32_t node);
  bool opens(std::uint32_t node, std::uint32_t gate) const;
  bool waits_for_itself(std::uint32_t node) const;
  const Functions& functions_of(std::uint32_t row);
  bool would_do_the_same(std::uint32_t gate, std::uint32_t row);
  bool waits_to_be_asked(std::uint32_t row) const;
  std::map<std::uint32_t, std::vector<std::uint32_t>> owing_by_gate() const;
  bool leads_out(std::uint32_t node, const Components& components) const;
  std::vector<std::vector<std::uint32_t>> find_knots() const;
  void sort_out(std::span<const std::uint32_t> knot);
  std::vector<CycleStep> shortest_cycle(std::span<const std::uint32_t> knot) const;
  std::vector<CycleStep> cycle_from(std::uint32_t start, bool alone) const;

  const Scene& scene_;
  std::vector<std::uint32_t> rows_;                          // by node
  absl::flat_hash_map<std::uint32_t, std::uint32_t> nodes_;  // by row
  std::vector<std::vector<std::uint32_t>> gates_of_;         // by node: where it waits
  std::vector<std::vector<std::uint32_t>> opens_;            // by node: what it could open
  std::vector<Gate> gates_;
  absl::flat_hash_map<StackId, Functions> functions_;  // of the user's code that stands there
  absl::flat_hash_set<std::uint32_t> owing_;           // rows: wait for a Done of their own
  absl::flat_hash_set<std::uint32_t> loose_;           // rows
  std::vector<Cycle> cycles_;
};

}  // namespace goknot::analysis
