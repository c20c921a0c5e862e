// SPDX-License-Identifier: Apache-2.0
// Who may have left a lock locked: functions whose code does not release it on every way.
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/asking_place.h"
#include "goknot/target/code.h"
#include "goknot/target/lock_wrappers.h"
#include "goknot/target/machine/kept_locks.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/node_hash_map.h>

#include <optional>
#include <string>
#include <vector>

namespace goknot::target {

// Looks at the functions that wait for locks nobody is known to hold, and at those beside them
// which may take the same ones. Each function is looked at once.
// Example: three goroutines wait in (*Store).Get for s.mu, and nobody holds it. Looked at are all
// methods "(*Store).": one of them, Put, has a way from its Lock to a return without an Unlock. The
// lock of Put is the same as that of Get, because both are found in the same way from the receiver:
// {entered 0, + offset of mu}. For a lock that is a variable all functions of the package are
// looked at.
class Omissions {
 public:
  // Both must outlive it.
  Omissions(Code& code, LockWrappers& wrappers) : code_(code), wrappers_(wrappers) {}

  // Adds what is found to the snapshot, whose goroutines, waits and holds are complete.
  void find(Snapshot& snapshot, const SitesOf& sites);

 private:
  // Those who wait for one lock in one place.
  struct Queue {
    ObjectId object;
    StackId stack;
    std::vector<std::uint32_t> rows;
  };

  // What the code of a place tells where a lock is asked for.
  struct Asked {
    std::optional<KeptLock> wanted;
    std::optional<TakenBefore> before;
  };

  static std::vector<Queue> queues(const Snapshot& snapshot);
  void look_at(const Queue& queue, const Site& site, Snapshot& snapshot);
  void look_beside(const Queue& queue, const Site& site, const KeptLock& wanted,
                   Snapshot& snapshot);
  const Asked& asked_at(const Site& site);
  const std::vector<Function>& functions_beside(const Site& site, const KeptLock& wanted);
  const std::vector<KeptLock>& kept_by(const Function& function);
  bool may_give_up(const LockFlow& flow, const KeptLock& lock);
  FrameId frame_of(Address pc, const Snapshot& snapshot);

  Code& code_;
  LockWrappers& wrappers_;
  absl::flat_hash_map<Address, std::vector<KeptLock>> kept_;
  absl::node_hash_map<const Site*, Asked> asked_;
  absl::flat_hash_map<std::string, std::vector<Function>> beside_;  // by how their names begin
};

}  // namespace goknot::target
