// SPDX-License-Identifier: Apache-2.0
// Which lock a pending call will release.
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/code.h"
#include "goknot/target/defers.h"
#include "goknot/target/lock_calls.h"
#include "goknot/target/lock_functions.h"
#include "goknot/target/lock_wrappers.h"
#include "goknot/target/possible_releases.h"

#include <absl/container/flat_hash_map.h>

#include <optional>
#include <string_view>
#include <vector>

namespace goknot::target {

// One side of a lock.
struct LockSide {
  Address lock = 0;
  ObjectKind kind = ObjectKind::mutex;  // mutex or rwmutex
  Operation mode = Operation::lock;     // lock or rlock

  friend bool operator==(const LockSide&, const LockSide&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const LockSide& side) {
    return H::combine(std::move(h), side.lock, side.kind, side.mode);
  }
};

// A lock that a pending call will release, or only may: `defer func() { if locked { mu.Unlock() }
// }()`.
struct PendingRelease {
  LockSide side;
  bool always = true;
};

// Whether a function of that name and kind was made by the compiler, to keep what a `defer` or `go`
// statement was given or the receiver of a method value.
bool is_made_by_compiler(std::string_view name, FuncId id);

// Tells what deferred functions release: methods of sync, what the compiler wraps around them, and
// method calls through sync.Locker. Each function is looked at once.
// The forms in which `defer mu.Unlock()` comes, by release:
//
//     to go1.16 (arm64: go1.17)   the method itself; the receiver is the first argument
//     since                       a wrapper; the receiver is the first word that it has captured
//     f := mu.Unlock; defer f()   a method value (-fm); the same
//     defer l.Unlock()            l is a sync.Locker: captured are its itab and its data
//     defer func() { ... }()      the user's own code, which is followed (lock_wrappers.h)
class Unlocks {
 public:
  // The code must outlive it.
  explicit Unlocks(const Code& code)
      : code_(code), calls_(code), wrappers_(code, calls_), possible_(code, wrappers_) {}

  // What the call releases, none if that is no lock or cannot be told.
  std::optional<LockSide> released_by(const PendingCall& call);
  // All that the call releases, also by the code of the user's own functions.
  std::vector<PendingRelease> all_released_by(const PendingCall& call);
  // What the call would release that another function has taken, as memory is now: `defer func() {
  // if !done { tx.Rollback() } }()`. Costs more, for everything that it calls is looked at.
  std::vector<LockSide> would_release(const PendingCall& call);
  // The release among the methods of an itab, none if there is none.
  std::optional<LockFunction> release_of_type(Address itab);
  // Which lock functions the functions of the program use.
  LockCalls& calls() { return calls_; }
  // What they do to locks for others.
  LockWrappers& wrappers() { return wrappers_; }

 private:
  // What is known of a function, whoever deferred it.
  struct Form {
    std::optional<LockFunction> direct;   // it is the method itself
    std::optional<LockFunction> wrapped;  // it calls the method on what it captured
    bool is_wrapper = false;              // it was made by the compiler
  };

  Form form_of(Address code);
  Form look_at(Address code);
  std::optional<LockFunction> called(Address code);
  std::optional<LockSide> through_interface(const PendingCall& call);
  std::optional<Address> beginning(const PendingCall& call, const Recipe& where) const;
  std::optional<Address> find(const PendingCall& call, const Recipe& where) const;
  bool is_met(const PendingCall& call, const Condition& condition) const;

  const Code& code_;
  LockCalls calls_;
  LockWrappers wrappers_;
  PossibleReleases possible_;
  absl::flat_hash_map<Address, Form> forms_;
  absl::flat_hash_map<Address, std::optional<LockFunction>> types_;  // by itab
};

}  // namespace goknot::target
