// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/machine/machine_state.h"

#include <algorithm>
#include <limits>

namespace goknot::target {

namespace {

constexpr std::int32_t kWord = 8;
constexpr Register kStackPointer = 4;    // amd64: rsp
constexpr std::uint32_t kResults = 0xf;  // registers that results of a call may come back in …
constexpr std::uint32_t kMoreResults = 0xfc0;  // … rax to rbx, rsi to r11
constexpr std::int64_t kMostPassed = 512;      // bytes of arguments that are followed
constexpr std::int64_t kFarthest = std::numeric_limits<std::int32_t>::max();

void drop(std::vector<LockFact>& facts, const LockFunction& function, ValueId lock) {
  std::erase_if(facts, [&](const LockFact& fact) {
    return fact.same_side(function) && (lock == ValueId::unknown || fact.lock == lock);
  });
}

void add(std::vector<LockFact>& facts, const LockFact& fact) {
  if (std::ranges::find(facts, fact) == facts.end()) facts.push_back(fact);
}

bool has(const std::vector<LockFact>& facts, const LockFact& fact) {
  return std::ranges::find(facts, fact) != facts.end();
}

}  // namespace

ValueId MachineState::slot(Values& values, std::int32_t at) const {
  const auto found = std::ranges::lower_bound(slots, at, {}, &Slot::first);
  if (found != slots.end() && found->first == at) return found->second;
  return at < 0 ? ValueId::unknown : values.root(Value::Kind::passed, at);
}

void MachineState::set_slot(std::int32_t at, ValueId value) {
  const auto found = std::ranges::lower_bound(slots, at, {}, &Slot::first);
  if (found != slots.end() && found->first == at) {
    found->second = value;
  } else {
    slots.insert(found, {at, value});
  }
}

// To lose a word that the caller passed one has to note it as unknown.
void MachineState::lose_slots(std::int64_t from, std::int64_t to) {
  for (Slot& slot : slots) {
    if (slot.first < to && slot.first + kWord > from) slot.second = ValueId::unknown;
  }
  // What the caller passed is known without being noted.
  const std::int64_t first = std::max<std::int64_t>(0, from / kWord * kWord);
  for (std::int64_t at = first; at < std::min(to, from + kMostPassed); at += kWord) {
    set_slot(static_cast<std::int32_t>(at), ValueId::unknown);
  }
}

namespace {

// One value of several: the one they all are, or the name of what `place` holds where `block`
// begins. That something comes round a loop unchanged makes no difference.
// Where a Mutex is found by one name on both sides of an `if` it keeps that name. Where the sides
// differ (`mu = &a` or `mu = &b`) the place has a new name that belongs to this block, equal to
// itself alone: a Lock and an Unlock behind it are still seen to mean the same lock.
ValueId one_of(Values& values, std::span<const ValueId> ids, std::size_t block,
               std::int64_t place) {
  const auto is_other = [&](ValueId id) { return id != ids.front(); };
  if (std::ranges::none_of(ids, is_other)) return ids.front();
  const ValueId merged = values.root(Value::Kind::merged, static_cast<std::int64_t>(block), place);
  ValueId found = merged;
  for (const ValueId id : ids) {
    if (id == merged || id == found) continue;
    if (found != merged) return merged;
    found = id;
  }
  return found == ValueId::unknown ? merged : found;
}

void meet_slots(Values& values, std::span<const MachineState* const> states, std::size_t block,
                MachineState& met) {
  std::vector<std::int32_t> places;
  for (const MachineState* state : states) {
    for (const auto& slot : state->slots) places.push_back(slot.first);
  }
  std::ranges::sort(places);
  places.erase(std::ranges::unique(places).begin(), places.end());
  std::vector<ValueId> ids(states.size());
  for (const std::int32_t place : places) {
    std::ranges::transform(states, ids.begin(),
                           [&](const MachineState* state) { return state->slot(values, place); });
    met.slots.emplace_back(place, one_of(values, ids, block, place));
  }
}

void meet_locks(const Values& values, std::span<const MachineState* const> states,
                std::size_t block, MachineState& met) {
  for (const auto which : {&MachineState::held, &MachineState::tried}) {
    met.*which = states.front()->*which;
    std::erase_if(met.*which, [&](const LockFact& fact) {
      return !std::ranges::all_of(states, [&](const auto* s) { return has(s->*which, fact); });
    });
  }
  for (const MachineState* state : states) {
    for (LockFact fact : state->released) {
      // What was met here the last time is something else now.
      const bool is_stale =
          values.comes_of(fact.lock, Value::Kind::merged, static_cast<std::int64_t>(block));
      if (is_stale) fact.lock = ValueId::unknown;
      add(met.released, fact);
    }
  }
}

}  // namespace

MachineState meet(Values& values, std::span<const MachineState* const> states, std::size_t block) {
  if (states.size() == 1) return *states.front();
  MachineState met;
  std::vector<ValueId> ids(states.size());
  for (std::size_t r = 0; r < kRegisters; ++r) {
    std::ranges::transform(states, ids.begin(), [r](const auto* s) { return s->registers[r]; });
    met.registers[r] = one_of(values, ids, block, static_cast<std::int64_t>(r + 1) << 32U);
  }
  meet_slots(values, states, block, met);
  meet_locks(values, states, block, met);
  return met;
}

MachineState Machine::entry() const {
  MachineState state;
  for (std::size_t r = 0; r < kRegisters; ++r) {
    state.registers[r] = values_.root(Value::Kind::entered, std::int64_t(r));
  }
  return state;
}

ValueId Machine::place_of(std::size_t i, const MachineState& state) const {
  const Operand& operand = body_.code[i].memory;
  const bool is_known = !operand.indexed || operand.index != kNoRegister;
  if (!is_known || operand.base == kStackPointer) {
    const ValueId frame = values_.root(Value::Kind::frame);
    return operand.indexed ? ValueId::unknown
                           : values_.sum(frame, body_.sp[i] + operand.displacement);
  }
  const ValueId base = operand.base == kNoRegister ? values_.root(Value::Kind::constant)
                                                   : state.registers[operand.base];
  const ValueId at = values_.sum(base, operand.displacement);
  if (!operand.indexed) return at;
  return values_.indexed(at, state.registers[operand.index], operand.scale);
}

std::optional<std::int64_t> Machine::slot_at(ValueId place) const {
  const auto [base, offset] = values_.split(place);
  if (values_[base].kind != Value::Kind::frame) return std::nullopt;
  return offset > -kFarthest && offset < kFarthest ? std::optional(offset) : std::nullopt;
}

// In a loop: what the instruction made the last time is no longer what it makes.
// Example: `for _, s := range all { s.mu.Lock() }` loads s by the same instruction in each round.
// The lock of the round before is no longer to be found under the name "what this instruction
// made".
void Machine::forget_made(Address pc, MachineState& state) const {
  const auto is_stale = [&](ValueId id) {
    return values_.comes_of(id, Value::Kind::made, static_cast<std::int64_t>(pc));
  };
  for (ValueId& id : state.registers) id = is_stale(id) ? ValueId::unknown : id;
  for (auto& slot : state.slots) {
    if (is_stale(slot.second)) slot.second = ValueId::unknown;
  }
  std::erase_if(state.held, [&](const LockFact& fact) { return is_stale(fact.lock); });
  std::erase_if(state.tried, [&](const LockFact& fact) { return is_stale(fact.lock); });
  for (LockFact& fact : state.released) {
    if (is_stale(fact.lock)) fact.lock = ValueId::unknown;
  }
}

void Machine::make(std::size_t i, Register target, MachineState& state) const {
  state.registers[target] =
      values_.root(Value::Kind::made, static_cast<std::int64_t>(body_.code[i].address), target);
}

void Machine::load(std::size_t i, MachineState& state) const {
  const Register target = body_.code[i].target;
  const ValueId place = place_of(i, state);
  const auto at = slot_at(place);
  const ValueId found =
      at ? state.slot(values_, static_cast<std::int32_t>(*at)) : values_.pointed_to(place);
  if (found == ValueId::unknown) {
    forget_made(body_.code[i].address, state);
    make(i, target, state);
    // Read once more it is the same.
    if (at) state.set_slot(static_cast<std::int32_t>(*at), state.registers[target]);
  } else {
    state.registers[target] = found;
  }
}

// A store through a pointer into the heap, or to a place that is not known, changes no slot: Go
// code writes to its frame by rsp or by an address taken from it.
void Machine::store(std::size_t i, MachineState& state) const {
  const Instruction& instruction = body_.code[i];
  const auto at = slot_at(place_of(i, state));
  if (!at) return;
  const bool bounded = instruction.memory.size != Operand::kUnbounded;
  // Arguments belong to the callee (ABI0, and the spill area of ABIInternal).
  state.lose_slots(*at, bounded ? *at + instruction.memory.size : kFarthest);
  if (instruction.source == kNoRegister || instruction.memory.size != kWord) return;
  state.set_slot(static_cast<std::int32_t>(*at), state.registers[instruction.source]);
}

void Machine::call(std::size_t i, MachineState& state) const {
  const Instruction& instruction = body_.code[i];
  const auto quiet = body_.quiet_calls.find(instruction.destination);
  if (quiet != body_.quiet_calls.end()) {
    const auto at = slot_at(state.registers[kDestination]);
    if (at) state.lose_slots(*at, *at + quiet->second);
    return;
  }
  forget_made(instruction.address, state);
  state.registers.fill(ValueId::unknown);
  for (Register r = 0; r < kRegisters; ++r) {
    if (((kResults | kMoreResults) >> r & 1U) != 0) make(i, r, state);
  }
  state.lose_slots(body_.sp[i], body_.own_slots);
}

ValueId Machine::first_argument(std::size_t i, const MachineState& state) const {
  const bool in_register = body_.first_argument == FirstArgument::in_register;
  return in_register ? state.registers[0] : state.slot(values_, body_.sp[i]);
}

// Where the way of what a callee was given begins, as its caller has it.
ValueId Machine::beginning(const Recipe& where, std::size_t i, const MachineState& state) const {
  switch (where.start) {
    case Recipe::Start::number:
      return values_.root(Value::Kind::constant, where.number);
    case Recipe::Start::entered:
      return state.registers[static_cast<std::size_t>(where.number) % kRegisters];
    case Recipe::Start::word:
      return state.slot(values_, body_.sp[i] + static_cast<std::int32_t>(where.number));
    case Recipe::Start::frame:
      break;
  }
  return ValueId::unknown;
}

ValueId Machine::lock_of(std::size_t i, const MachineState& state) const {
  const auto step = body_.steps.find(i);
  if (step == body_.steps.end()) return ValueId::unknown;
  if (body_.code[i].deed != Deed::call) {
    return values_.sum(place_of(i, state), -step->second.field);
  }
  const Recipe& where = step->second.where;
  return where.steps.empty() ? first_argument(i, state) : given(where, i, state);
}

ValueId Machine::given(const Recipe& where, std::size_t i, const MachineState& state) const {
  ValueId value = beginning(where, i, state);
  for (const Recipe::Step& part : where.steps) {
    value = values_.sum(value, part.add);
    for (const Recipe& index : part.index) {
      value = values_.indexed(value, given(index, i, state), part.scale);
    }
    if (part.follow) value = values_.pointed_to(value);
  }
  return value;
}

// The lock that a call takes or gives up; unknown if it could be any. A slow call follows on what
// was inlined, which has taken nothing: if that is not known by the same name, it could be any.
ValueId Machine::entered_lock(std::size_t i, const MachineState& state) const {
  const LockFunction& function = body_.steps.find(i)->second.function;
  const ValueId lock = lock_of(i, state);
  if (!function.slow || function.action != LockFunction::Action::acquires) return lock;
  return has(state.held, {.lock = lock, .kind = function.kind, .mode = function.mode})
             ? lock
             : ValueId::unknown;
}

// The opposite of change_locks for one who stands in the call: a Lock has not come back, so its
// lock is not held, while an Unlock has begun and counts as done.
void Machine::enter_call(std::size_t i, MachineState& state) const {
  const auto found = body_.steps.find(i);
  if (found == body_.steps.end()) return;
  const LockStep& step = found->second;
  if (step.kind == LockStep::Kind::taken || step.is_given_by_callee()) return;
  const ValueId lock =
      step.kind == LockStep::Kind::waits ? ValueId::unknown : entered_lock(i, state);
  drop(state.held, step.function, lock);
  drop(state.tried, step.function, lock);
  if (step.kind == LockStep::Kind::gives) return;
  // It could not be done at once.
  for (LockFact& fact : state.released) {
    const bool is_it = lock == ValueId::unknown || fact.lock == lock;
    if (fact.same_side(step.function) && is_it) fact.retaken = false;
  }
}

void Machine::change_locks(std::size_t i, MachineState& state) const {
  const auto found = body_.steps.find(i);
  if (found == body_.steps.end()) return;
  const LockStep& step = found->second;
  const ValueId lock = lock_of(i, state);
  LockFact fact{.lock = lock, .kind = step.function.kind, .mode = step.function.mode};
  switch (step.kind) {
    case LockStep::Kind::takes:
      if (lock == ValueId::unknown) break;
      drop(state.released, step.function, lock);
      add(state.held, fact);
      break;
    case LockStep::Kind::taken:
      if (lock == ValueId::unknown) break;
      for (LockFact& given : state.released) {
        if (given.same_side(step.function) && given.lock == lock) given.retaken = true;
      }
      add(state.held, fact);
      break;
    case LockStep::Kind::gives:
      fact.own = has(state.held, fact) || has(state.tried, fact);
      drop(state.held, step.function, lock);
      drop(state.tried, step.function, lock);
      add(state.released, fact);
      break;
    case LockStep::Kind::tries:
      if (lock != ValueId::unknown) add(state.tried, fact);
      break;
    case LockStep::Kind::waits:
      break;
  }
}

// Locks come first: the lock that a call takes is named by registers that the call destroys.
void Machine::step(std::size_t i, MachineState& state) const {
  const Instruction& instruction = body_.code[i];
  const Register target = instruction.target;
  change_locks(i, state);
  switch (instruction.deed) {
    case Deed::load:
      load(i, state);
      return;
    case Deed::call:
      call(i, state);
      return;
    case Deed::move:
      state.registers[target] = state.registers[instruction.source];
      return;
    case Deed::constant:
      state.registers[target] =
          values_.root(Value::Kind::constant, instruction.memory.displacement);
      return;
    case Deed::address:
    case Deed::add_constant: {
      const ValueId value =
          instruction.deed == Deed::address
              ? place_of(i, state)
              : values_.sum(state.registers[instruction.source], instruction.memory.displacement);
      if (value == ValueId::unknown) break;
      state.registers[target] = value;
      return;
    }
    case Deed::store:
    case Deed::atomic:
    case Deed::exchange:
      store(i, state);
      break;
    default:
      break;
  }
  if (instruction.written == 0) return;
  forget_made(instruction.address, state);
  for (Register r = 0; r < kRegisters; ++r) {
    if ((instruction.written >> r & 1U) != 0) make(i, r, state);
  }
}

}  // namespace goknot::target
