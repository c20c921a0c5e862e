// SPDX-License-Identifier: Apache-2.0
// Functions that take or give up a lock for their callers: (*cache).lock, func() { mu.Unlock() }.
#pragma once

#include "goknot/target/code.h"
#include "goknot/target/lock_calls.h"
#include "goknot/target/machine/lock_flow.h"
#include "goknot/target/machine/lock_steps.h"

#include <absl/container/flat_hash_map.h>

#include <memory>
#include <optional>
#include <vector>

namespace goknot::target {

// Tells what functions do to locks, as their code has it. Each is looked at once.
// Effects of a function are computed from those of the functions it calls, so the answer for one
// may have to look at others first, three deep. What is being looked at has no effects meanwhile:
// recursion ends.
class LockWrappers {
 public:
  // Both must outlive it.
  LockWrappers(const Code& code, LockCalls& calls) : code_(code), calls_(calls) {}

  // What a function has done to locks whenever it comes back; empty if that is nothing, or is not
  // understood.
  const std::vector<LockEffect>& effects_of(Address entry);
  // The same for a function that does one thing to one lock, as a step of its caller.
  std::optional<LockStep> step_of(Address entry);
  // Whether a function may release a lock of this kind, itself or through such functions.
  bool may_release(Address entry, ObjectKind kind, Operation mode);
  // Whether a function uses locks, itself or through such functions.
  bool uses_locks(Address entry);
  // A function's locks, followed once whoever asks; null if it is not understood.
  LockFlow* flow_of(const Function& function);
  // The steps of all functions that another one calls, for LockFlow.
  auto steps() {
    return [this](Address entry) { return step_of(entry); };
  }

 private:
  std::vector<LockEffect> look_at(Address entry);

  const Code& code_;
  LockCalls& calls_;
  int depth_ = 0;  // of functions that are being looked at
  absl::flat_hash_map<Address, std::vector<LockEffect>> known_;
  absl::flat_hash_map<Address, std::unique_ptr<LockFlow>> flows_;  // by entry
};

}  // namespace goknot::target
