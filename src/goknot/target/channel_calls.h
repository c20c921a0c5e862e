// SPDX-License-Identifier: Apache-2.0
// What functions do with channels, as far as the machine code tells.
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/batch.h"
#include "goknot/target/callees.h"
#include "goknot/target/code.h"
#include "goknot/target/machine/lock_flow.h"

#include <absl/container/flat_hash_map.h>

#include <memory>
#include <vector>

namespace goknot::target {

// A call that a function may come to from where it stands.
struct ChannelCall {
  Operation operation = Operation::unknown;  // receive, or send; closing is sending, too
  Recipe channel;                            // as the frame has it now
  bool again = false;  // on every way to where it stands it has used the same channel before
};

// The same of a goroutine, with the channel found on its stack.
struct ChannelIntent {
  Operation operation = Operation::unknown;
  Address channel = 0;
  bool again = false;
};

// Looks at the functions that goroutines stand in, each once.
// A goroutine that is parked in `req := <-in` may have `out <- answer(req)` some lines on: then it
// is one that could end the wait of who receives from out. Which channel that is, is computed from
// the frame as it stands: in a variable, a field of the receiver, a captured variable.
class ChannelCalls {
 public:
  // The code must outlive it.
  explicit ChannelCalls(const Code& code) : code_(code), callees_(code) {}

  // The calls ahead of who stands there, without the one that is being made. Empty where the code
  // is not understood.
  const std::vector<ChannelCall>& ahead(const Site& site);
  // Those ahead of a whole goroutine, in all functions that it stands in but the runtime's.
  std::vector<ChannelIntent> intents(const Specimen& specimen);
  // Whether the channel that is waited for there was returned by a call through an interface, or of
  // a function value, just before, or is that of a context without an end: it was not the waiting
  // function's to make.
  bool is_handed(const Site& site);

 private:
  // A channel that is used at an instruction.
  struct Use {
    std::size_t instruction = 0;
    Operation operation = Operation::unknown;
    ValueId channel = ValueId::unknown;
  };

  struct Known {
    std::optional<LockFlow> flow;
    std::vector<Use> uses;  // by instruction
  };

  Known& known(const Function& function);
  void add_uses(Known& known, std::size_t call) const;
  std::vector<ChannelCall> look(const Site& site);

  const Code& code_;
  Callees callees_;
  absl::flat_hash_map<Address, std::unique_ptr<Known>> known_;  // by entry
  absl::flat_hash_map<const Site*, std::vector<ChannelCall>> ahead_;
};

}  // namespace goknot::target
