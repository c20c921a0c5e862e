// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/callees.h"
#include "goknot/target/code.h"
#include "goknot/target/defers.h"
#include "goknot/target/unlocks.h"

#include <absl/container/flat_hash_map.h>

#include <string>
#include <string_view>

namespace goknot::target {

// Names deferred calls as the `defer` statement has them: "sync.(*Mutex).Unlock",
// "main.(*Hub).leave", "close", whatever the compiler wrapped around it; "main.serve.func1" for a
// function literal. Each function is looked at once.
class DeferredNames {
 public:
  // Both must outlive it.
  DeferredNames(const Code& code, Unlocks& unlocks)
      : code_(code), unlocks_(unlocks), callees_(code) {}

  // The name of a call; empty if it is one of the runtime's own, or no function is there. Good
  // until the next call.
  std::string_view name_of(const PendingCall& call);

 private:
  std::string look_at(const PendingCall& call);

  const Code& code_;
  Unlocks& unlocks_;
  Callees callees_;
  absl::flat_hash_map<Address, std::string> names_;  // by code
};

}  // namespace goknot::target
