// SPDX-License-Identifier: Apache-2.0
// Between Lock and Unlock: which locks a function has at some place of its code, on every way
// there.
#pragma once

#include "goknot/target/machine/function_body.h"
#include "goknot/target/machine/machine_state.h"
#include "goknot/target/machine/recipe.h"
#include "goknot/target/machine/values.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace goknot::target {

// A lock at some place of a function.
struct LockAtPlace {
  ObjectKind kind = ObjectKind::mutex;
  Operation mode = Operation::lock;
  std::optional<Recipe> where;  // none: it cannot be found any more
  bool own = false;             // of one given up: the function had taken it itself
};

// What a function has done with locks at one place of its code.
struct LocksAtPlace {
  // Taken on every way there, and the next that happens to it is that it is given up.
  std::vector<LockAtPlace> held;
  // Taken on every way there, and no code was seen that gives it up: deferred calls may.
  std::vector<LockAtPlace> taken;
  // Given up on some way there, and not taken again.
  std::vector<LockAtPlace> released;
};

// What a function does to a lock, whoever calls it.
struct LockEffect {
  LockFunction function;
  Recipe where;        // from what the function was given
  bool always = true;  // else it is a release that only some ways have
};

// A release of something that the function has not taken before, on every way there.
struct ForeignRelease {
  LockFunction function;
  std::optional<Recipe> where;  // from what the function was given; none: not told
  std::size_t instruction = 0;
};

// Follows a function's locks over all ways through it. The receiver of a Lock and that of an Unlock
// are the same if they are computed alike; of called functions only those are followed that take or
// give up a lock for their caller.
// What is followed are facts of three kinds, each with the direction in which it is safe to err:
//
//     held      on every way here      a way too many only takes a fact away
//     tried     on every way here      whether it was got, what follows tells
//     released  on some way here       a way too many only adds one; that speaks against a holder
//
// Then it is asked what comes next: a lock that was taken counts as held only if, looking ahead,
// the next event of that lock is that it is given up. With both questions answered the goroutine
// stands between a Lock and its Unlock.
class LockFlow {
 public:
  // None if the function is not understood, or too intricate.
  static std::optional<LockFlow> follow(const Code& code, const Function& function,
                                        StepOfCallee step_of_callee);
  static std::optional<LockFlow> follow(FunctionBody body);

  // What is true at an address: while the call is made that it lies in, or before the instruction
  // is executed. None if no way that is known leads there.
  std::optional<LocksAtPlace> at(Address pc);
  // What it has taken whenever it comes back, and what it has given up that it had not taken
  // itself, if only on some ways; only of locks that can be told from what it was given. Nothing is
  // said of a function with defers.
  std::vector<LockEffect> effects() const;
  // What it releases without having taken it.
  std::vector<ForeignRelease> foreign_releases() const;

  // An instruction that takes a lock or gives it up, and which.
  struct Event {
    std::size_t instruction = 0;
    bool gives = false;
    bool tries = false;  // whether it has taken the lock is up to what follows
    bool own = false;    // it had taken what it gives up
    bool always = true;  // else it only may give it up
    LockFact fact;
  };
  // How a value comes from what the function was given; none if it does not come from that alone.
  std::optional<Recipe> recipe_from_outside(ValueId value) const;
  // Executes its instructions on states such as before() tells.
  Machine machine() { return Machine(body_, values_); }
  const Value& value(ValueId id) const { return values_[id]; }
  std::span<const Event> events() const { return events_; }  // by instruction
  const FunctionBody& body() const { return body_; }
  // What is true before an instruction is executed. None if no way that is known leads there.
  std::optional<MachineState> before(std::size_t instruction);
  // The word at an address of the function's own frame; unknown for any other.
  ValueId word_at(ValueId address, std::int64_t offset, const MachineState& state);
  // How a value is found where such a state is true; none if it is not kept there.
  std::optional<Recipe> recipe(ValueId value, const MachineState& state) const;

 private:
  // What comes first to a lock on the ways from some place.
  struct Ahead {
    bool gives = false;   // on a way it is given up
    bool takes = false;   // on a way it is taken: then something not seen has given it up
    bool leaves = false;  // on a way the function is left

    bool is_released() const { return gives && !takes; }
    // Whoever goes there has the lock, or the program is in error.
    bool is_released_always() const { return is_released() && !leaves; }
  };

  explicit LockFlow(FunctionBody body) : body_(std::move(body)) {}
  bool run();
  void find_events();
  bool may_skip(const LockFact& fact) const;
  std::size_t still_to_come(std::size_t instruction) const;
  Ahead look_ahead(std::size_t instruction, const LockFact& fact) const;
  std::vector<MachineState> returns() const;

  const Event* first_event(std::size_t from, std::size_t to, const LockFact& fact) const;

  FunctionBody body_;
  Values values_;
  std::vector<std::optional<MachineState>> before_;  // each block
  std::vector<Event> events_;                        // by instruction
};

}  // namespace goknot::target
