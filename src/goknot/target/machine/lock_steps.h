// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/code.h"
#include "goknot/target/lock_functions.h"
#include "goknot/target/machine/disassembly.h"
#include "goknot/target/machine/recipe.h"

#include <absl/container/flat_hash_map.h>
#include <absl/functional/function_ref.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace goknot::target {

// What one instruction does to a lock.
// Mutex.Lock is short enough to be inlined; what is left in the caller is
//
//     lock cmpxchg [rax+0x10], ecx     taken (it has the lock) ...
//     jne slow
//     ...
//     slow: call sync.(*Mutex).lockSlow    ... waits (else it gets it here)
//
// and RWMutex.RLock adds 1 to readerCount, which lies 16 bytes into the lock: `field` takes that
// off.
struct LockStep {
  enum class Kind : std::uint8_t {
    takes,  // a call that comes back with the lock
    taken,  // inlined: from here on it has the lock, or goes on to wait for it
    waits,  // inlined: a call in which it waits for the lock
    gives,  // a call that releases it, or the same inlined
    tries,  // a call that comes back with the lock or without it, or where the same begins inlined
  };

  Kind kind = Kind::takes;
  LockFunction function;
  // Where the lock is: its first argument (a call), or that far before the memory it changes.
  std::int64_t field = 0;
  // Of a call of something else that takes or releases a lock: how that comes from what it is
  // given.
  Recipe where = {};
  bool always = true;  // else it only may release it: on some ways through the callee

  // Whether it is a call of something else that releases a lock at some point.
  bool is_given_by_callee() const { return kind == Kind::gives && !where.steps.empty(); }
};

// What a call of the function that begins there does to a lock, none if that is nothing.
using StepOfCallee = absl::FunctionRef<std::optional<LockStep>(Address)>;

// By number of the instruction.
using LockSteps = absl::flat_hash_map<std::size_t, LockStep>;

// What the instructions of a function do to locks, by calls and by what was inlined.
LockSteps find_lock_steps(const Code& code, const Function& function,
                          std::span<const Instruction> instructions, StepOfCallee step_of_callee);

}  // namespace goknot::target
