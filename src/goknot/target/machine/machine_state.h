// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/machine/function_body.h"
#include "goknot/target/machine/values.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace goknot::target {

// A lock that a function has taken or given up on its way to some place.
struct LockFact {
  ValueId lock = ValueId::unknown;
  ObjectKind kind = ObjectKind::mutex;
  Operation mode = Operation::lock;
  bool own = false;      // given up, but taken by the same function before
  bool retaken = false;  // given up, but taken again if that could be done at once

  bool same_side(const LockFunction& function) const {
    return kind == function.kind && mode == function.mode;
  }
  friend bool operator==(const LockFact&, const LockFact&) = default;
};

// What is known of registers, stack and locks at one place of a function, on all ways that lead
// there.
// Slots at offsets >= 0 are words that the caller passed: as long as they are not noted they hold
// what was passed (Value::Kind::passed). Those below 0 are the function's own and unknown until
// written.
struct MachineState {
  using Slot = std::pair<std::int32_t, ValueId>;  // where, seen from the caller's frame

  std::array<ValueId, kRegisters> registers{};
  std::vector<Slot> slots;         // by place
  std::vector<LockFact> held;      // taken and not given up, on every way
  std::vector<LockFact> tried;     // asked for and not given up, on every way: it has it or not
  std::vector<LockFact> released;  // given up and not taken again, on some way

  // What a word of the stack holds.
  ValueId slot(Values& values, std::int32_t at) const;
  void set_slot(std::int32_t at, ValueId value);
  // Forgets what the words hold that reach into [from, to).
  void lose_slots(std::int64_t from, std::int64_t to);

  friend bool operator==(const MachineState&, const MachineState&) = default;
};

// What is true where a block begins, to which one comes from any of these states. What a place
// holds that differs among them has a name of its own from there on.
MachineState meet(Values& values, std::span<const MachineState* const> states, std::size_t block);

// Executes the instructions of a function on states.
// It is an abstract machine: it computes with names of values instead of values. Memory but for the
// function's own frame is not kept. A word read through a pointer is called `pointed_to` that
// pointer, and taken to be the same when read again; stores to the heap are ignored. That is a bet,
// which is won for the fields that hold locks, as they do not move.
class Machine {
 public:
  // Both must outlive it.
  Machine(const FunctionBody& body, Values& values) : body_(body), values_(values) {}

  // How a function begins.
  MachineState entry() const;
  // Executes one instruction.
  void step(std::size_t instruction, MachineState& state) const;
  // What is true while a call is being made: it has been asked for, and has not come back.
  void enter_call(std::size_t instruction, MachineState& state) const;
  // The lock that an instruction with a lock step means.
  ValueId lock_of(std::size_t instruction, const MachineState& state) const;
  // Where the memory is that an instruction names.
  ValueId place_of(std::size_t instruction, const MachineState& state) const;
  // What a callee finds in this way from what it is given by an instruction that calls it.
  ValueId given(const Recipe& where, std::size_t instruction, const MachineState& state) const;
  // What a call is given first.
  ValueId first_argument(std::size_t instruction, const MachineState& state) const;
  // Where in the function's frame a place is, seen from the caller's frame; none if it is not
  // there.
  std::optional<std::int64_t> slot_at(ValueId place) const;

 private:
  ValueId entered_lock(std::size_t instruction, const MachineState& state) const;
  ValueId beginning(const Recipe& where, std::size_t instruction, const MachineState& state) const;
  void make(std::size_t instruction, Register target, MachineState& state) const;
  void forget_made(Address pc, MachineState& state) const;
  void load(std::size_t i, MachineState& state) const;
  void store(std::size_t i, MachineState& state) const;
  void call(std::size_t i, MachineState& state) const;
  void change_locks(std::size_t i, MachineState& state) const;

  const FunctionBody& body_;
  Values& values_;
};

}  // namespace goknot::target
