// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/machine/kept_locks.h"

#include <algorithm>
#include <ranges>
#include <utility>

namespace goknot::target {

namespace {

using Event = LockFlow::Event;

bool takes(const Event& event) { return !event.gives && !event.tries; }

bool is_same_lock(const LockFact& one, const LockFact& other) {
  return one.lock == other.lock && one.kind == other.kind;
}

// Goes all ways back from an instruction. On each it ends at the first event for which `is_end`
// says so; those are returned.
template <typename IsEnd>
std::vector<Event> first_behind(const LockFlow& flow, std::size_t instruction, IsEnd is_end) {
  const auto blocks = flow.body().graph.blocks();
  const auto before = flow.body().graph.before();
  const auto last_in = [&](std::size_t block, std::size_t end) -> const Event* {
    const auto events = flow.events();
    const auto from =
        std::ranges::lower_bound(events, blocks[block].begin, {}, &Event::instruction);
    const auto to = std::ranges::lower_bound(events, end, {}, &Event::instruction);
    for (auto event = to; event != from;) {
      if (is_end(*--event)) return &*event;
    }
    return nullptr;
  };
  std::vector<Event> found;
  std::vector<bool> seen(blocks.size());
  std::vector<std::pair<std::size_t, std::size_t>> todo = {
      {flow.body().graph.block_of(instruction), instruction}};
  while (!todo.empty()) {
    const auto [block, end] = todo.back();
    todo.pop_back();
    if (const Event* event = last_in(block, end)) {
      found.push_back(*event);
      continue;
    }
    for (const std::size_t from : before[block]) {
      if (!seen[from]) todo.emplace_back(from, blocks[from].end);
      seen[from] = true;
    }
  }
  return found;
}

// The lock that a call takes: which, and the instruction from which on it may have it.
// A call of Mutex.Lock itself is the event. A call of lockSlow is what is left of an inlined Lock,
// of which the fast way, an exchange some instructions before, is the event. If ways from two such
// exchanges lead here, it is not known which of them it was.
std::optional<Event> taking(LockFlow& flow, Address pc) {
  const auto instruction = find_instruction(flow.body().code, pc);
  if (!instruction) return std::nullopt;
  const auto step = flow.body().steps.find(*instruction);
  if (step == flow.body().steps.end()) return std::nullopt;
  const LockStep& asked = step->second;
  if (asked.kind == LockStep::Kind::takes && !asked.function.slow) {
    const auto event = std::ranges::find(flow.events(), *instruction, &Event::instruction);
    return event == flow.events().end() ? std::nullopt : std::optional(*event);
  }
  if (asked.kind != LockStep::Kind::takes && asked.kind != LockStep::Kind::waits) {
    return std::nullopt;
  }
  // What was inlined has tried to take it at once before it waits.
  const auto tried = first_behind(flow, *instruction, [&](const Event& event) {
    return takes(event) && event.fact.same_side(asked.function);
  });
  return tried.size() == 1 ? std::optional(tried.front()) : std::nullopt;
}

KeptLock lock_of(const LockFlow& flow, const Event& taken, Recipe origin) {
  return {.kind = taken.fact.kind,
          .mode = taken.fact.mode,
          .origin = std::move(origin),
          .taken = flow.body().code[taken.instruction].address};
}

std::optional<KeptLock> kept(const LockFlow& flow, const Event& taken) {
  auto origin = flow.recipe_from_outside(taken.fact.lock);
  if (!origin) return std::nullopt;
  return lock_of(flow, taken, std::move(*origin));
}

bool gives_up(const LockFlow& flow, const LockFact& fact) {
  return std::ranges::any_of(flow.events(), [&](const Event& event) {
    return event.gives && event.fact.lock == fact.lock && event.fact.kind == fact.kind &&
           event.fact.mode == fact.mode;
  });
}

}  // namespace

std::optional<KeptLock> lock_wanted_at(LockFlow& flow, Address pc) {
  const auto wanted = taking(flow, pc);
  return wanted ? kept(flow, *wanted) : std::nullopt;
}

// Example: `for { mu.Lock(); if done() { break }; work() }` takes the lock a second time in the
// second round. Going back from the Lock one meets the Lock itself, and no Unlock on that way.
std::optional<TakenBefore> taken_before(LockFlow& flow, Address pc) {
  const auto wanted = taking(flow, pc);
  if (!wanted || wanted->fact.lock == ValueId::unknown) return std::nullopt;
  const auto ends = first_behind(flow, wanted->instruction, [&](const Event& event) {
    return !event.tries && is_same_lock(event.fact, wanted->fact);
  });
  // Two readers do not stand in each other's way.
  const auto hinders = [&](const LockFact& fact) {
    return is_same_lock(fact, wanted->fact) &&
           (fact.mode != Operation::rlock || wanted->fact.mode != Operation::rlock);
  };
  const auto taken = std::ranges::find_if(
      ends, [&](const Event& event) { return !event.gives && hinders(event.fact); });
  if (taken == ends.end()) return std::nullopt;
  const auto state = flow.before(wanted->instruction);
  return TakenBefore{.lock = lock_of(flow, *taken, {}),
                     .always = state && std::ranges::any_of(state->held, hinders)};
}

std::vector<KeptLock> locks_kept(LockFlow& flow) {
  std::vector<KeptLock> found;
  const FunctionBody& body = flow.body();
  // Its deferred calls may release anything on the way out, and that is not seen here.
  if (body.defers) return found;
  for (std::size_t i = 0; i < body.code.size(); ++i) {
    if (body.code[i].deed != Deed::leave) continue;
    const auto state = flow.before(i);
    if (!state) continue;
    for (const LockFact& fact : state->held) {
      if (!gives_up(flow, fact)) continue;
      const auto taken = first_behind(
          flow, i, [&](const Event& event) { return takes(event) && event.fact == fact; });
      if (taken.empty()) continue;
      auto lock = kept(flow, taken.front());
      const bool known =
          lock && std::ranges::find(found, lock->taken, &KeptLock::taken) != found.end();
      if (lock && !known) found.push_back(std::move(*lock));
    }
  }
  return found;
}

}  // namespace goknot::target
