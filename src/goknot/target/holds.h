// SPDX-License-Identifier: Apache-2.0
// Who holds locks, as memory shows it. A Go lock does not know its owner; but a deferred Unlock
// that has not run yet tells who is going to release it, and so does standing in code between a
// Lock and an Unlock.
#pragma once

#include "goknot/target/batch.h"
#include "goknot/target/callees.h"
#include "goknot/target/code.h"
#include "goknot/target/critical_sections.h"
#include "goknot/target/left_locks.h"
#include "goknot/target/mark.h"
#include "goknot/target/object_table.h"
#include "goknot/target/unclear_calls.h"
#include "goknot/target/unlocks.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace goknot::target {

// Gathers evidence goroutine by goroutine, and weighs it when all are read.
// How a holder is found; each step sees only what those before it left open:
//
//     note()         while stacks are read: pending calls that lead to an Unlock, if nothing from
//                    there inwards has given the lock up for a while
//     look_at_code   for locks somebody waits for: who stands between a Lock and the Unlock
//     drop_unheld    is the lock locked at all, in that mode
//     drop_moved     is the holder still where it was: then it was when the lock was read
//     add_unseen     for locks still without a holder: what unclear deferred calls would do
//     count_holders  do the numbers agree with what the lock counts
class Holds {
 public:
  // The code must outlive it.
  explicit Holds(Code& code)
      : code_(code),
        callees_(code),
        unlocks_(code),
        sections_(code, unlocks_.wrappers()),
        left_(code, unlocks_, sections_) {}

  // Notes what a goroutine is going to release by its pending calls. `depths` has, for each of its
  // activations, the depth of the frame it is shown as; `stack` is the row those frames are in the
  // snapshot.
  void note(const Specimen& specimen, const Surroundings& surroundings,
            std::span<const PendingCall> pending, std::span<const std::uint32_t> depths,
            StackId stack);
  // Writes what is held by whom into the snapshot, whose goroutines (with a mark each) and waits
  // are complete, with the state of these locks. Where somebody waits for a lock, the code of those
  // who may have it is looked at, too. Reads the locks, and then each holder once more: who moved
  // meanwhile is no holder.
  void write(Snapshot& snapshot, std::span<const Mark> marks, ObjectTable& objects);

  // There are goroutines that were not noted: any of them may hold what nobody else does.
  void note_lost() { left_.note_missed(); }

  // Where the activations of a stack stand, innermost first; empty if it is not known.
  std::span<const Site* const> sites_of(StackId stack) const;
  // What the program's functions do to locks.
  LockWrappers& wrappers() { return unlocks_.wrappers(); }

 private:
  struct Candidate {
    Address goroutine = 0;  // its g
    RecordKey key;
    LockSide side;
    HoldEvidence evidence = HoldEvidence::pending_unlock;
    std::uint32_t activation = 0;  // that took it
    std::uint32_t depth = 0;       // the frame that is shown as
    bool certain = true;
    bool given_up = false;
    bool taken = false;  // its code was seen to take it before, where it waits for the same lock
  };

  // Where goroutines stand that are shown with one stack.
  struct Stand {
    std::vector<const Site*> sites;     // of the activations
    std::vector<std::uint32_t> depths;  // what they are shown as
  };

  Meanwhile meanwhile(const Specimen& specimen, const Surroundings& surroundings,
                      std::uint32_t activation, const LockSide& side);
  bool releases(const Function& function, const LockSide& side, bool inlined_only);
  bool is_doubtful(const Candidate& candidate) const;
  void remember(const Specimen& specimen, std::span<const std::uint32_t> depths, StackId stack);
  std::vector<Address> worth_a_look(const Snapshot& snapshot, std::span<const Mark> marks,
                                    const Locks& contended, const Wanted& wanted);
  void look_at_code(const Snapshot& snapshot, std::span<const Mark> marks, const Locks& contended,
                    const Wanted& wanted);
  Meanwhile since(const Specimen& specimen, const Surroundings& surroundings,
                  const Candidate& candidate);
  void make_sure(const Specimen& specimen, const Surroundings& surroundings,
                 std::span<Candidate> pending);
  bool may_have_given(const Specimen& specimen, std::uint32_t activation, const LockSide& side);
  void add_kept(const Specimen& specimen, const Surroundings& surroundings,
                std::span<const std::uint32_t> depths, const Locks& contended, const Wanted& wanted,
                std::vector<Candidate>& found);
  std::vector<Candidate> sections_of(const Specimen& specimen, const Surroundings& surroundings,
                                     std::span<const std::uint32_t> depths);
  std::vector<Candidate> gather(const Snapshot& snapshot, std::span<const Mark> marks,
                                const Locks& contended, const Wanted& wanted, ObjectTable& objects);
  void add_unseen(Locks contended, const Wanted& wanted, ObjectTable& objects,
                  std::vector<Candidate>& found);
  void drop_unheld(std::vector<Candidate>& found, ObjectTable& objects) const;
  void drop_moved(std::vector<Candidate>& found) const;
  static bool survives(std::span<const Candidate> found, const Candidate& candidate,
                       const Wait& wait, Hold& hold);

  Code& code_;
  Callees callees_;
  Unlocks unlocks_;
  CriticalSections sections_;
  LeftLocks left_;
  absl::flat_hash_map<StackId, Stand> stacks_;
  std::vector<Candidate> candidates_;
  UnclearCalls unclear_;
};

}  // namespace goknot::target
