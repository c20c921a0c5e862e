// SPDX-License-Identifier: Apache-2.0
// Functions written instruction by instruction.
#pragma once

#include "goknot/target/machine/lock_flow.h"
#include "tests/support/fake_memory.h"

#include <optional>
#include <utility>

namespace goknot::testing_support {

// A function whose instructions have 4 bytes each. Its stack pointer stands kFrame below the
// caller's frame all the time.
//
//   MachineWriter code;                    // func (h *Hub) f() { h.mu.Lock(); wait() }
//   code.spill(code.kFrame, code.kRax).plus(code.kRax, 8).lock().call().leave();
class MachineWriter {
 public:
  using Address = target::Address;
  using Register = target::Register;
  static constexpr Address kBegin = 0x401000;
  static constexpr Address kWait = 0x500000;  // a function that waits
  static constexpr std::int32_t kFrame = 0x40;
  static constexpr Register kRax = 0, kRcx = 1, kRdx = 2, kSp = 4;

  MachineWriter& load(Register target, Register base, std::int64_t at) {
    return add({.deed = target::Deed::load,
                .target = target,
                .memory = {.base = base, .displacement = at, .size = 8},
                .written = 1U << target});
  }
  // The address of element `index`, of 16 bytes each, of what `base` points to.
  MachineWriter& element(Register target, Register base, Register index) {
    return add({.deed = target::Deed::address,
                .target = target,
                .memory = {.base = base, .indexed = true, .index = index, .scale = 16},
                .written = 1U << target});
  }
  MachineWriter& spill(std::int64_t at, Register source) {
    return add({.deed = target::Deed::store,
                .source = source,
                .memory = {.base = kSp, .displacement = at, .size = 8}});
  }
  MachineWriter& move(Register target, Register source) {
    return add(
        {.deed = target::Deed::move, .target = target, .source = source, .written = 1U << target});
  }
  MachineWriter& plus(Register target, std::int64_t number) {
    return add({.deed = target::Deed::add_constant,
                .target = target,
                .source = target,
                .memory = {.displacement = number},
                .written = 1U << target});
  }
  MachineWriter& call(Address destination = kWait) {
    return add({.deed = target::Deed::call, .destination = destination});
  }
  MachineWriter& lock() { return step(target::LockStep::Kind::takes).call(); }
  // RLock and RUnlock.
  MachineWriter& rlock() { return step(target::LockStep::Kind::takes, kRead).call(); }
  // Calls of something else that locks or unlocks what it finds in this way.
  MachineWriter& lock_by(const target::Recipe& where) {
    return step(target::LockStep::Kind::takes, {}, where).call();
  }
  MachineWriter& unlock_by(const target::Recipe& where) {
    return step(target::LockStep::Kind::gives, {}, where).call();
  }
  MachineWriter& unlock() { return step(target::LockStep::Kind::gives).call(); }
  MachineWriter& try_lock() { return step(target::LockStep::Kind::tries).call(); }
  MachineWriter& jump(int to) { return add({.deed = target::Deed::jump, .destination = at(to)}); }
  MachineWriter& branch(int to) { return branch_to(at(to)); }
  MachineWriter& branch_to(Address to) {
    return add({.deed = target::Deed::branch, .destination = to});
  }
  // Compares a byte of memory, or a register with 0, and branches if they are the same.
  MachineWriter& branch_if_byte(Register base, std::int64_t at, std::int64_t number, int to) {
    add({.deed = target::Deed::compare,
         .memory = {.base = base, .displacement = at, .size = 1},
         .number = number});
    return branch_if_equal(to);
  }
  MachineWriter& branch_if_null(Register source, int to) {
    return compare(source).branch_if_equal(to);
  }
  MachineWriter& compare(Register source) {
    return add({.deed = target::Deed::compare, .source = source});
  }
  MachineWriter& branch_if_equal(int where) {
    return add(
        {.deed = target::Deed::branch, .destination = at(where), .taken = target::Taken::if_equal});
  }
  // It has a defer.
  MachineWriter& defer() {
    body_.defers = true;
    return *this;
  }
  // Lock, inlined: it is tried at once, and where that fails it is waited for.
  MachineWriter& inlined_lock(Register at) {
    step(target::LockStep::Kind::taken);
    add({.deed = target::Deed::exchange, .memory = {.base = at, .size = 4}});
    const int behind = int(body_.code.size()) + 2;
    branch(behind);
    return step(target::LockStep::Kind::waits).call();
  }
  // The same with a call of its slow part, which gets the lock in its first register.
  MachineWriter& inlined_lock_with_slow_part(Register lock, Register at) {
    step(target::LockStep::Kind::taken);
    add({.deed = target::Deed::exchange, .memory = {.base = lock, .size = 4}});
    branch(int(body_.code.size()) + 3);
    add({.deed = target::Deed::move, .target = kRax, .source = at, .written = 1U << kRax});
    return step(target::LockStep::Kind::takes, {.slow = true}).call();
  }
  MachineWriter& leave() { return add({.deed = target::Deed::leave}); }
  MachineWriter& trap() { return add({.deed = target::Deed::trap}); }

  static Address at(int instruction) { return kBegin + 4 * Address(instruction); }

  std::optional<target::LockFlow> follow() {
    FakeMemory memory;
    auto graph = target::FlowGraph::make(memory, body_.code, {});
    if (!graph) return std::nullopt;
    body_.graph = std::move(*graph);
    body_.sp.assign(body_.code.size(), -kFrame);
    body_.own_slots = -0x30;
    return target::LockFlow::follow(body_);
  }
  target::LocksAtPlace look(int instruction) { return follow()->at(at(instruction)).value(); }

 private:
  static constexpr target::LockFunction kRead = {.mode = Operation::rlock};

  MachineWriter& add(target::Instruction instruction) {
    instruction.address = at(int(body_.code.size()));
    instruction.size = 4;
    body_.code.push_back(instruction);
    return *this;
  }
  MachineWriter& step(target::LockStep::Kind kind, target::LockFunction function = {},
                      const target::Recipe& where = {}) {
    const target::LockStep step{.kind = kind, .function = function, .where = where};
    body_.steps.emplace(body_.code.size(), step);
    return *this;
  }

  target::FunctionBody body_;
};

}  // namespace goknot::testing_support
