// SPDX-License-Identifier: Apache-2.0
// How the user's own code uses locks, all of it: whether a lock that one goroutine takes may be
// released by another one.
#pragma once

#include "goknot/target/code.h"
#include "goknot/target/critical_sections.h"
#include "goknot/target/lock_wrappers.h"
#include "goknot/target/named_structs.h"
#include "goknot/target/owning_type.h"
#include "goknot/target/unlocks.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace goknot::target {

// A lock, with the owners that those have it of who wait for it.
struct UsedLock {
  LockSide side;
  std::vector<OwningType> owners;
};

// What the functions of a program do with sync's locks, except for those of the standard library,
// found by the calls in their code. amd64 only.
// Hand-overs are what it looks for: a lock is taken here and released there, by design.
//
//     func (w *Worker) start() { w.busy.Lock(); go w.run() }
//     func (w *Worker) run()   { defer w.busy.Unlock(); ... }
//
// run releases what it has not taken: its Unlock is foreign. So may be one through an interface
// (sync.Locker), or through a method value (time.AfterFunc(d, mu.Unlock)); of those it is not known
// which lock they are given, so they count for all.
class LockUses {
 public:
  // Both must outlive it.
  LockUses(const Code& code, Unlocks& unlocks);

  // Whether some function may release the lock that has not taken it itself.
  bool may_be_handed_over(const UsedLock& lock);
  // Whether who stands there may be about to release such a lock, as far as its code tells.
  bool may_be_releasing(const Site& site, const UsedLock& lock);

 private:
  // A release of what the same function has not taken.
  struct Foreign {
    Address function = 0;
    LockFunction what;
    std::optional<Address> lock = {};  // a variable's
    OwningType owner = {};
    bool for_parent = false;  // made for a `defer` in a function that takes such locks
  };

  bool look();  // false: the code cannot be read
  void add_users(const FunctionTable& table, std::span<const Function> sync);
  void scan(const FunctionTable& table, Address begin, std::span<const std::byte> code,
            const absl::flat_hash_set<Address>& targets);
  void add_user(const FunctionTable& table, Address pc);
  std::optional<Function> users_function(const FunctionTable& table, Address pc) const;
  void note_interface(const FunctionTable& table, Address pc, Address type);
  std::vector<LockFunction> released_through(Address type);
  void add_values(const FunctionTable& table, std::span<const Function> sync);
  const std::vector<Foreign>& releases_of(const LockSide& side);
  void classify(Address entry, const LockFunction& what, std::vector<Foreign>& found);
  void note(const Function& function, const LockFunction& what, const std::optional<Recipe>& where,
            std::vector<Foreign>& found);
  bool is_for_parent(const Function& function, std::string_view name, const LockFunction& what);
  bool parent_takes(std::string_view name, const LockFunction& what);
  bool is_in_interface(Address lock) const;
  bool applies(const Foreign& foreign, const UsedLock& lock);

  const Code& code_;
  Unlocks& unlocks_;
  LockCalls& calls_;
  LockWrappers& wrappers_;
  NamedStructs structs_;
  std::optional<bool> known_;                 // whether the code could be read
  std::uint64_t followed_ = 0;                // bytes of code
  absl::flat_hash_set<Address> known_users_;  // the standard library's too
  std::vector<Address> users_;                // the user's own
  absl::flat_hash_map<std::string_view, Address> by_name_;
  absl::flat_hash_map<Address, std::vector<LockFunction>> interfaces_;  // by itab or type
  std::vector<Foreign> anywhere_;  // interfaces and method values: who uses them is not seen
  absl::flat_hash_map<std::pair<ObjectKind, Operation>, std::vector<Foreign>> releases_;
};

}  // namespace goknot::target
