// SPDX-License-Identifier: Apache-2.0
// Who holds locks, as memory shows it. A Go lock does not know its owner; but a deferred Unlock
// that has not run yet tells who is going to release it.
#pragma once

#include "goknot/target/batch.h"
#include "goknot/target/code.h"
#include "goknot/target/object_table.h"
#include "goknot/target/unlocks.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <span>
#include <vector>

namespace goknot::target {

// Gathers evidence goroutine by goroutine, and weighs it when all are read.
class Holds {
 public:
  // The code must outlive it.
  explicit Holds(Code& code) : code_(code), unlocks_(code) {}

  // Notes what a goroutine is going to release. `depths` has, for each of its activations, the
  // depth of the frame it is shown as.
  void note(const Specimen& specimen, const Surroundings& surroundings,
            std::span<const std::uint32_t> depths);
  // Writes what is held by whom into the snapshot, whose goroutines and waits are complete, with
  // the state of these locks. Reads the locks, and then each holder once more: who moved
  // meanwhile is no holder.
  void write(Snapshot& snapshot, ObjectTable& objects) const;

 private:
  struct Candidate {
    Address goroutine = 0;  // its g
    RecordKey key;
    LockSide side;
    std::uint32_t depth = 0;
    bool certain = true;
  };

  // What became of a lock since the call that will release it was deferred.
  enum class Meanwhile : std::uint8_t { held, unclear, given_up };

  Meanwhile meanwhile(const Specimen& specimen, const Surroundings& surroundings,
                      std::uint32_t activation, const LockSide& side);
  bool releases(const Function& function, const LockSide& side, bool inlined_only);
  void drop_unheld(std::vector<Candidate>& found, ObjectTable& objects) const;
  void drop_moved(std::vector<Candidate>& found) const;
  static bool survives(std::span<const Candidate> found, const Candidate& candidate,
                       const Wait& wait, Hold& hold);

  Code& code_;
  Unlocks unlocks_;
  std::vector<Candidate> candidates_;
};

// Asks for the conditions that a goroutine in sync.Cond.Wait may be waiting with.
void want_conditions(const Specimen& specimen, Surroundings& surroundings);

}  // namespace goknot::target
