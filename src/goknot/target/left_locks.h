// SPDX-License-Identifier: Apache-2.0
// Locks that were left locked: somebody waits for them, and none of those who are there is about to
// release them.
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/asking_place.h"
#include "goknot/target/code.h"
#include "goknot/target/critical_sections.h"
#include "goknot/target/defers.h"
#include "goknot/target/lock_uses.h"
#include "goknot/target/unlocks.h"

#include <absl/container/flat_hash_set.h>

#include <span>
#include <vector>

namespace goknot::target {

// Gathers what speaks against it while holders are looked for, and finds what remains.
// To say "nobody will release it" everything that speaks against it has to be ruled out, and what
// is not known counts as speaking against it:
//
//     somebody holds it, or may                         note_claim, while holders are looked for
//     a goroutine runs, or its stack is not there       is_unseen, missed_
//     code that somebody stands in may keep such a lock CriticalSections::may_keep
//     any code of the program releases such a lock
//     without having taken it, as a hand-over does      LockUses::may_be_handed_over
//
// So it is said of few locks: those that are taken and released within one function, wherever that
// is.
class LeftLocks {
 public:
  // All must outlive it.
  LeftLocks(const Code& code, Unlocks& unlocks, CriticalSections& sections)
      : unlocks_(unlocks), sections_(sections), uses_(code, unlocks) {}

  // Somebody may hold it. Without an address: any lock of that kind.
  void note_claim(const LockSide& side) { claims_.insert(side); }
  // A pending call of which it is not told what it releases.
  void note_unclear(const PendingCall& call);
  // The code of somebody who may hold something was not looked at.
  void note_missed() { missed_ = true; }
  // Marks the locks of the snapshot that were left, whose goroutines, waits and holds are complete.
  void find(Snapshot& snapshot, const SitesOf& sites);

 private:
  bool is_claimed(const LockSide& side) const;
  std::vector<OwningType> owners_of(std::span<const StackId> stacks, const SitesOf& sites);
  bool is_left(const UsedLock& lock, std::span<const Site* const> places);

  Unlocks& unlocks_;
  CriticalSections& sections_;
  LockUses uses_;
  bool missed_ = false;
  absl::flat_hash_set<LockSide> claims_;
};

}  // namespace goknot::target
