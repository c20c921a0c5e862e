// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/machine/lock_flow.h"

#include <algorithm>
#include <set>

namespace goknot::target {

namespace {

// A block is visited as often as what is true at its beginning changes. Locks held only get fewer,
// locks released more, and values lose their names for that of the place, so it ends. The limit is
// for functions that are made to take long.
constexpr std::size_t kMostVisits = 40;  // of each block, on average

bool contains(const std::vector<LockFact>& facts, const LockFact& fact) {
  return std::ranges::find(facts, fact) != facts.end();
}

// The word where a way leads, and what is added to it.
std::optional<Recipe> followed(std::optional<Recipe> way, std::int64_t add) {
  if (!way) return std::nullopt;
  way->steps.back().follow = true;
  way->steps.push_back({.add = add});
  return way;
}

// Where a way leads, plus `scale` times an index, and what is added to it.
std::optional<Recipe> indexed(std::optional<Recipe> way, std::optional<Recipe> index,
                              std::int64_t scale, std::int64_t add) {
  if (!way || !index) return std::nullopt;
  way->steps.push_back({.add = add, .scale = scale, .index = {std::move(*index)}});
  return way;
}

}  // namespace

std::optional<LockFlow> LockFlow::follow(const Code& code, const Function& function,
                                         StepOfCallee step_of_callee) {
  auto body = read_body(code, function, step_of_callee);
  return body ? follow(std::move(*body)) : std::nullopt;
}

std::optional<LockFlow> LockFlow::follow(FunctionBody body) {
  LockFlow flow(std::move(body));
  if (!flow.run()) return std::nullopt;
  flow.find_events();
  return flow;
}

// Kildall's algorithm over all blocks, those in front first.
// Known as the worklist algorithm for a data-flow problem; G. A. Kildall, "A unified approach to
// global program optimization", POPL 1973. The states behind all blocks that lead here are met, the
// block is executed on the result, and if what is true behind it has changed, the blocks after it
// are done again. Blocks from which nothing has come yet are left out of the meeting: nothing is
// known to come that way.
bool LockFlow::run() {
  const Machine machine(body_, values_);
  const MachineState entry = machine.entry();
  const auto blocks = body_.graph.blocks();
  const auto before = body_.graph.before();
  before_.resize(blocks.size());
  std::vector<std::optional<MachineState>> after(blocks.size());
  std::set<std::size_t> todo = {0};
  for (std::size_t left = blocks.size() * kMostVisits; !todo.empty(); --left) {
    if (left == 0) return false;
    const std::size_t b = *todo.begin();
    todo.erase(todo.begin());
    std::vector<const MachineState*> states;
    if (b == 0) states.push_back(&entry);
    for (const std::size_t from : before[b]) {
      if (after[from]) states.push_back(&*after[from]);
    }
    MachineState state = meet(values_, states, b);
    if (before_[b] == state) continue;
    before_[b] = state;
    for (std::size_t i = blocks[b].begin; i < blocks[b].end; ++i) machine.step(i, state);
    if (after[b] == state) continue;
    after[b] = std::move(state);
    todo.insert(blocks[b].next.begin(), blocks[b].next.end());
  }
  return true;
}

// Done once the states are final, so that every event has the last name of its lock.
void LockFlow::find_events() {
  const Machine machine(body_, values_);
  const auto blocks = body_.graph.blocks();
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    if (!before_[b]) continue;
    MachineState state = *before_[b];
    for (std::size_t i = blocks[b].begin; i < blocks[b].end; ++i) {
      const auto step = body_.steps.find(i);
      if (step != body_.steps.end() && step->second.kind != LockStep::Kind::waits) {
        const LockFunction& function = step->second.function;
        const LockFact fact{
            .lock = machine.lock_of(i, state), .kind = function.kind, .mode = function.mode};
        events_.push_back({.instruction = i,
                           .gives = step->second.kind == LockStep::Kind::gives,
                           .tries = step->second.kind == LockStep::Kind::tries,
                           .own = contains(state.held, fact) || contains(state.tried, fact),
                           .always = step->second.always,
                           .fact = fact});
      }
      machine.step(i, state);
    }
  }
}

// What happens first to a lock in a row of instructions, null if nothing does.
const LockFlow::Event* LockFlow::first_event(std::size_t from, std::size_t to,
                                             const LockFact& fact) const {
  const auto begin = std::ranges::lower_bound(events_, from, {}, &Event::instruction);
  const auto end = std::ranges::lower_bound(events_, to, {}, &Event::instruction);
  const auto found = std::ranges::find(begin, end, fact, &Event::fact);
  return found == end ? nullptr : &*found;
}

// The first instruction that is not done for who stands in this one. A callee that gives a lock up
// may not have done so yet; its own code tells.
// A goroutine that stands in `s.unlock()`, a method of the program that calls s.mu.Unlock() at its
// end, may still be before that; in `s.mu.Unlock()` itself it has done it.
std::size_t LockFlow::still_to_come(std::size_t instruction) const {
  const auto step = body_.steps.find(instruction);
  const bool in_callee = step != body_.steps.end() && step->second.is_given_by_callee();
  return in_callee ? instruction : instruction + 1;
}

// Looks at what comes first to the lock on all ways from an instruction.
LockFlow::Ahead LockFlow::look_ahead(std::size_t instruction, const LockFact& fact) const {
  const auto blocks = body_.graph.blocks();
  std::vector<bool> seen(blocks.size());
  std::vector<std::pair<std::size_t, std::size_t>> todo = {
      {body_.graph.block_of(instruction), still_to_come(instruction)}};
  Ahead ahead;
  while (!todo.empty()) {
    const auto [block, from] = todo.back();
    todo.pop_back();
    if (const Event* event = first_event(from, blocks[block].end, fact)) {
      (event->gives ? ahead.gives : ahead.takes) = true;
      continue;
    }
    if (body_.returns(blocks[block])) ahead.leaves = true;
    for (const std::size_t next : blocks[block].next) {
      if (!seen[next]) todo.emplace_back(next, blocks[next].begin);
      seen[next] = true;
    }
  }
  return ahead;
}

// Whether a way leads through the function on which the lock is not released for sure.
bool LockFlow::may_skip(const LockFact& fact) const {
  const auto blocks = body_.graph.blocks();
  const auto releases_in = [&](std::size_t block) {
    return std::ranges::any_of(events_, [&](const Event& event) {
      return event.gives && event.always && event.fact.lock == fact.lock &&
             event.fact.kind == fact.kind && event.fact.mode == fact.mode &&
             event.instruction >= blocks[block].begin && event.instruction < blocks[block].end;
    });
  };
  std::vector<bool> seen(blocks.size());
  std::vector<std::size_t> todo = {0};
  while (!todo.empty()) {
    const std::size_t block = todo.back();
    todo.pop_back();
    if (seen[block] || releases_in(block)) continue;
    seen[block] = true;
    if (body_.returns(blocks[block])) return true;
    todo.insert(todo.end(), blocks[block].next.begin(), blocks[block].next.end());
  }
  return false;
}

// Turns a name into directions that work on the memory of a goroutine that stands there. Registers
// are lost in a call, so a value must be found again in a word of the frame: in a slot that holds
// it, or one that holds it but for a known distance; else it must be a number, an address in the
// frame, a word that the caller passed, or be read from an address for which one of these is true.
std::optional<Recipe> LockFlow::recipe(ValueId value, const MachineState& state) const {
  const auto [base, offset] = values_.split(value);
  if (base == ValueId::unknown) return std::nullopt;
  for (const auto& [at, held] : state.slots) {
    const auto [same, less] = values_.split(held);
    if (same != base) continue;
    return Recipe{Recipe::Start::word, at, {{.add = offset - less}}};
  }
  const Value& from = values_[base];
  switch (from.kind) {
    case Value::Kind::constant:
      return Recipe{Recipe::Start::number, from.number, {{.add = offset}}};
    case Value::Kind::frame:
      return Recipe{Recipe::Start::frame, 0, {{.add = offset}}};
    case Value::Kind::passed: {
      // Where it was not overwritten, it is not noted.
      const auto at = static_cast<std::int32_t>(from.number);
      const auto noted = std::ranges::find(state.slots, at, &MachineState::Slot::first);
      if (noted != state.slots.end()) return std::nullopt;
      return Recipe{Recipe::Start::word, from.number, {{.add = offset}}};
    }
    case Value::Kind::pointed_to:
      return followed(recipe(from.of, state), offset);
    case Value::Kind::indexed:
      return indexed(recipe(from.of, state), recipe(static_cast<ValueId>(from.extra), state),
                     from.number, offset);
    default:
      return std::nullopt;
  }
}

std::optional<MachineState> LockFlow::before(std::size_t instruction) {
  const std::size_t block = body_.graph.block_of(instruction);
  if (!before_[block]) return std::nullopt;
  const Machine machine(body_, values_);
  MachineState state = *before_[block];
  for (std::size_t i = body_.graph.blocks()[block].begin; i < instruction; ++i) {
    machine.step(i, state);
  }
  return state;
}

ValueId LockFlow::word_at(ValueId address, std::int64_t offset, const MachineState& state) {
  const auto at = machine().slot_at(values_.sum(address, offset));
  return at ? state.slot(values_, static_cast<std::int32_t>(*at)) : ValueId::unknown;
}

// A goroutine that is parked stands in a call. In a Lock that has not come back the lock is not had
// yet: enter_call takes away what step() would say of it once it is back.
std::optional<LocksAtPlace> LockFlow::at(Address pc) {
  const auto instruction = find_instruction(body_.code, pc);
  auto known = instruction ? before(*instruction) : std::nullopt;
  if (!known) return std::nullopt;
  MachineState& state = *known;
  const Machine machine(body_, values_);
  if (body_.code[*instruction].deed == Deed::call) machine.enter_call(*instruction, state);
  LocksAtPlace found;
  for (const LockFact& fact : state.held) {
    auto& locks = look_ahead(*instruction, fact).is_released() ? found.held : found.taken;
    locks.push_back({fact.kind, fact.mode, recipe(fact.lock, state), false});
  }
  for (const LockFact& fact : state.tried) {
    if (contains(state.held, fact)) continue;
    auto& locks = look_ahead(*instruction, fact).is_released_always() ? found.held : found.taken;
    locks.push_back({fact.kind, fact.mode, recipe(fact.lock, state), false});
  }
  for (const LockFact& fact : state.released) {
    if (fact.retaken) continue;
    found.released.push_back({fact.kind, fact.mode, recipe(fact.lock, state), fact.own});
  }
  return found;
}

// The same, but only by ways that the caller can go, too: from registers and words it was entered
// with.
std::optional<Recipe> LockFlow::recipe_from_outside(ValueId value) const {
  const auto [base, offset] = values_.split(value);
  const Value& from = values_[base];
  switch (from.kind) {
    case Value::Kind::constant:
      return Recipe{Recipe::Start::number, from.number, {{.add = offset}}};
    case Value::Kind::entered:
      return Recipe{Recipe::Start::entered, from.number, {{.add = offset}}};
    case Value::Kind::passed:
      return Recipe{Recipe::Start::word, from.number, {{.add = offset}}};
    case Value::Kind::pointed_to:
      return followed(recipe_from_outside(from.of), offset);
    case Value::Kind::indexed:
      return indexed(recipe_from_outside(from.of),
                     recipe_from_outside(static_cast<ValueId>(from.extra)), from.number, offset);
    default:
      return std::nullopt;
  }
}

// What is true wherever it comes back.
std::vector<MachineState> LockFlow::returns() const {
  std::vector<MachineState> states;
  // Executing needs values of its own, which are the same for the same code.
  Values values = values_;
  const Machine machine(body_, values);
  const auto blocks = body_.graph.blocks();
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    if (!before_[b] || blocks[b].begin == blocks[b].end) continue;
    if (body_.code[blocks[b].end - 1].deed != Deed::leave) continue;
    MachineState state = *before_[b];
    for (std::size_t i = blocks[b].begin; i < blocks[b].end; ++i) machine.step(i, state);
    states.push_back(std::move(state));
  }
  return states;
}

// Makes `func (s *Store) lock() { s.mu.Lock() }` known as one that acquires (first argument +
// offset of mu), so that a caller is followed as if it had called Mutex.Lock.
std::vector<LockEffect> LockFlow::effects() const {
  std::vector<LockEffect> effects;
  // What its deferred calls give up is not seen here.
  if (body_.defers) return effects;
  const auto states = returns();
  if (states.empty()) return effects;
  const auto note = [&](const LockFact& fact, LockFunction::Action action) {
    if (auto where = recipe_from_outside(fact.lock)) {
      const LockFunction function{.action = action, .kind = fact.kind, .mode = fact.mode};
      const bool released = action == LockFunction::Action::releases;
      effects.push_back({.function = function,
                         .where = std::move(*where),
                         .always = !released || !may_skip(fact)});
    }
  };
  const auto always = [&](const LockFact& fact, auto which) {
    return std::ranges::all_of(states, [&](const MachineState& state) {
      return std::ranges::find(state.*which, fact) != (state.*which).end();
    });
  };
  // What it only gave up for a while its caller had before.
  const auto lent = [&](const LockFact& fact) {
    return std::ranges::any_of(events_, [&](const Event& event) {
      return event.gives && !event.own && event.fact == fact;
    });
  };
  for (const LockFact& fact : states.front().held) {
    const bool taken = always(fact, &MachineState::held) && !lent(fact);
    if (taken) note(fact, LockFunction::Action::acquires);
  }
  // To be taken in all returning states is enough for one; `may_skip` asks whether a way avoids it.
  for (const LockFact& fact : states.front().released) {
    if (fact.own || fact.retaken) continue;
    if (always(fact, &MachineState::released)) note(fact, LockFunction::Action::releases);
  }
  return effects;
}

std::vector<ForeignRelease> LockFlow::foreign_releases() const {
  std::vector<ForeignRelease> found;
  for (const Event& event : events_) {
    if (!event.gives || event.own) continue;
    found.push_back({.function = {.action = LockFunction::Action::releases,
                                  .kind = event.fact.kind,
                                  .mode = event.fact.mode},
                     .where = recipe_from_outside(event.fact.lock),
                     .instruction = event.instruction});
  }
  return found;
}

}  // namespace goknot::target
