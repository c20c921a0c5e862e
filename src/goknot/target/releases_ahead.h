// SPDX-License-Identifier: Apache-2.0
// Who may yet give up a lock that somebody has left to it: a function that comes to an Unlock
// without a Lock before.
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/callees.h"
#include "goknot/target/code.h"
#include "goknot/target/lock_wrappers.h"

#include <absl/container/flat_hash_map.h>

#include <utility>

namespace goknot::target {

// Looks at the functions that goroutines stand in, and at those they call, each once.
class ReleasesAhead {
 public:
  // Both must outlive it.
  ReleasesAhead(const Code& code, LockWrappers& wrappers)
      : code_(code), wrappers_(wrappers), callees_(code) {}

  // Whether a function may go on from where it stands to release a lock of this kind that it has
  // not taken itself, or to call one that does. So may one whose code is not understood.
  bool may_follow(const Site& site, ObjectKind kind);

 private:
  using Question = std::pair<Address, ObjectKind>;

  bool may_release(Address entry, ObjectKind kind);
  bool look_at(LockFlow& flow, std::size_t from, ObjectKind kind);

  const Code& code_;
  LockWrappers& wrappers_;
  Callees callees_;
  int depth_ = 0;                                      // of functions that are being looked at
  absl::flat_hash_map<Question, bool> callees_known_;  // by entry
  absl::flat_hash_map<Question, bool> sites_known_;    // by place
};

}  // namespace goknot::target
