// SPDX-License-Identifier: Apache-2.0
// What the machine code says of the locks a goroutine has: it stands behind a Lock and before the
// Unlock of the same lock.
#pragma once

#include "goknot/target/batch.h"
#include "goknot/target/code.h"
#include "goknot/target/lock_wrappers.h"
#include "goknot/target/machine/lock_flow.h"
#include "goknot/target/unlocks.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace goknot::target {

// What became of a lock that an outer function has.
enum class Meanwhile : std::uint8_t {
  held,      // nothing in the code gives it up on the way to where the goroutine stands
  unclear,   // something may have given it up
  given_up,  // something has
};

// A lock that a goroutine holds as its code has it.
struct SectionHold {
  LockSide side;                 // without an address: it cannot be found
  std::uint32_t activation = 0;  // the one that took it
  bool unwound = false;          // deferred calls are being made that may give it up
};

// Looks at the functions that goroutines stand in, each once.
class CriticalSections {
 public:
  // Both must outlive it.
  CriticalSections(const Code& code, LockWrappers& wrappers) : code_(code), wrappers_(wrappers) {}

  // Whether who stands there may be between a Lock and an Unlock.
  bool may_hold(const Site& site);
  // Whether who stands there has taken a lock, and nothing is seen that will give it up.
  bool has_any(const Site& site);
  // Whether who stands there may have such a lock, and nothing is seen that will give it up.
  bool may_keep(const Site& site, const LockSide& side);
  // The locks that a goroutine has taken in functions it is still in. Those that it waits with
  // (sync.Cond) are among them.
  std::vector<SectionHold> held_by(const Specimen& specimen);
  // Whether the function of an activation has taken that lock on every way to where it stands.
  bool has_taken(const Specimen& specimen, std::uint32_t activation, const LockSide& side);
  // Whether the function of an activation, on its way to where it stands, gave up a lock that it or
  // a caller has. What it took itself and gave up again counts if `activation` is the one that is
  // going to release the lock.
  Meanwhile given_up(const Specimen& specimen, std::uint32_t activation, const LockSide& side,
                     std::uint32_t holder);

 private:
  const std::optional<LocksAtPlace>& at(const Site& site);
  std::optional<Address> find(const Specimen& specimen, const Activation& activation,
                              const LockAtPlace& lock) const;

  const Code& code_;
  LockWrappers& wrappers_;
  absl::flat_hash_map<const Site*, std::optional<LocksAtPlace>> places_;
};

}  // namespace goknot::target
