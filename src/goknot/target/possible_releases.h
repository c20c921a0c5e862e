// SPDX-License-Identifier: Apache-2.0
// Which locks a function releases that another one took: tx.Rollback() those of db.Begin().
#pragma once

#include "goknot/target/callees.h"
#include "goknot/target/code.h"
#include "goknot/target/lock_wrappers.h"
#include "goknot/target/machine/recipe.h"

#include <absl/container/flat_hash_map.h>

#include <vector>

namespace goknot::target {

// A release that a function comes to, itself or in what it calls, if the conditions are met. All
// that is told as it follows from what the function is given.
struct PossibleRelease {
  LockFunction function;
  Recipe where;
  std::vector<Condition> conditions;
};

// Looks at functions and at those they call, each once.
// Example, as in a database that locks for as long as a transaction lives:
//
//     tx := db.Begin()              // db.rwlock.Lock()
//     defer tx.Rollback()           // if tx.db != nil { tx.db.rwlock.Unlock() }
//
// Who waits inside holds the lock, by a deferred call that leads to its release only under a
// condition: {release of (arg + db, follow, + rwlock), if the word at arg + db is not 0}. Its
// memory tells the rest.
class PossibleReleases {
 public:
  // Both must outlive it.
  PossibleReleases(const Code& code, LockWrappers& wrappers)
      : code_(code), wrappers_(wrappers), callees_(code) {}

  // Those of the function that begins at `entry`. Left out is what cannot be told from what the
  // function is given, what depends on something else, and what it has taken itself.
  const std::vector<PossibleRelease>& of(Address entry);

 private:
  std::vector<PossibleRelease> look_at(Address entry);
  void add_own(LockFlow& flow, std::vector<PossibleRelease>& found);
  void add_those_of_callees(LockFlow& flow, std::vector<PossibleRelease>& found);

  const Code& code_;
  LockWrappers& wrappers_;
  Callees callees_;
  int depth_ = 0;  // of functions that are being looked at
  absl::flat_hash_map<Address, std::vector<PossibleRelease>> known_;
};

}  // namespace goknot::target
