// SPDX-License-Identifier: Apache-2.0
// Deferred calls that do not release a lock in plain sight: `defer func() { if !done {
// tx.Rollback() } }()`.
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/batch.h"
#include "goknot/target/defers.h"
#include "goknot/target/unlocks.h"

#include <absl/container/flat_hash_set.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace goknot::target {

// Locks by address and kind.
using Locks = absl::flat_hash_set<std::pair<Address, ObjectKind>>;
// Who waits for which lock: the address of its g, and of the lock.
using Wanted = absl::flat_hash_set<std::pair<Address, Address>>;

// A goroutine that has to release a lock, as a call would do that it has deferred.
struct WouldRelease {
  Address goroutine = 0;  // its g
  RecordKey key;
  std::uint32_t activation = 0;  // that deferred the call
  std::uint32_t depth = 0;       // the frame that is shown as
  LockSide side;
};

// Keeps such calls until it is known of which locks nobody was seen to be the holder, for to follow
// them takes time.
class UnclearCalls {
 public:
  // Notes a call of a goroutine, and as which frame the activation is shown that deferred it.
  void note(const Specimen& specimen, const PendingCall& call, std::uint32_t depth);
  // Who would release these locks. Of several who would release one it is the one that does not
  // wait for it; if that does not tell, nobody is. A side that readers share all may have.
  std::vector<WouldRelease> releasers_of(const Locks& locks, const Wanted& wanted,
                                         Unlocks& unlocks) const;

 private:
  struct Noted {
    Address goroutine = 0;
    RecordKey key;
    PendingCall call;
    std::uint32_t depth = 0;
  };

  std::vector<Noted> calls_;
};

}  // namespace goknot::target
