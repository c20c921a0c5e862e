// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/code.h"
#include "goknot/target/machine/disassembly.h"
#include "goknot/target/machine/flow_graph.h"
#include "goknot/target/machine/lock_steps.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace goknot::target {

// Where in a function the first argument of a call stands.
enum class FirstArgument : std::uint8_t {
  in_register,  // register 0
  on_stack,     // the lowest word of the frame that is used for arguments
};

// amd64: rdi, to which Duff's devices write.
inline constexpr Register kDestination = 7;

// A function taken apart.
struct FunctionBody {
  std::vector<Instruction> code;
  FlowGraph graph;
  std::vector<std::int32_t> sp;  // for each instruction: the stack pointer, seen from the caller's
                                 // frame; < 0
  std::int32_t own_slots = 0;    // below this offset lies what is passed to callees
  // Functions that leave all registers as they are, with how many bytes behind kDestination they
  // write at most.
  absl::flat_hash_map<Address, std::int64_t> quiet_calls;
  bool defers = false;  // it runs deferred calls before it returns
  FirstArgument first_argument = FirstArgument::in_register;
  LockSteps steps;

  // Whether a block leads out of the function: it returns, or goes on as another one (a tail call).
  bool returns(const Block& block) const {
    const Deed last = code[block.end - 1].deed;
    return last == Deed::leave || (last == Deed::jump && block.next.empty());
  }
};

// None if a part of it is not understood; such a function tells nothing.
// `step_of_callee` tells of functions that are called what they do to a lock.
std::optional<FunctionBody> read_body(const Code& code, const Function& function,
                                      StepOfCallee step_of_callee);

}  // namespace goknot::target
