// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/code.h"
#include "goknot/target/lock_functions.h"

#include <absl/container/flat_hash_map.h>

#include <vector>

namespace goknot::target {

// A lock function that another function uses.
struct LockCall {
  LockFunction function;
  bool inlined = false;  // its code is part of the other's
  bool own = true;       // written in that function, not in something that was inlined into it

  friend bool operator==(const LockCall&, const LockCall&) = default;
};

// Which lock functions the functions of a program use. Each function is looked at once.
class LockCalls {
 public:
  // The code must outlive it.
  explicit LockCalls(const Code& code) : code_(code) {}

  // Those that the function which begins at `entry` uses, each once; empty if none begins there.
  // Calls through a pointer are not seen.
  const std::vector<LockCall>& of(Address entry) { return look_up(entry).calls; }
  // The short functions that it calls and that are no lock functions.
  const std::vector<Address>& short_callees(Address entry) { return look_up(entry).callees; }

 private:
  struct Known {
    std::vector<LockCall> calls;
    std::vector<Address> callees;
  };

  const Known& look_up(Address entry);
  Known look_at(Address entry) const;

  const Code& code_;
  absl::flat_hash_map<Address, Known> known_;
};

}  // namespace goknot::target
