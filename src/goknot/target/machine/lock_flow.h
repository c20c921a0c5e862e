// SPDX-License-Identifier: Apache-2.0
// Between Lock and Unlock: which locks a function has at some place of its code, on every way
// there.
#pragma once

#include "goknot/target/machine/function_body.h"
#include "goknot/target/machine/machine_state.h"
#include "goknot/target/machine/values.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace goknot::target {

// How a value that a function works with is found in its frame: a beginning, then steps.
struct Recipe {
  enum class Start : std::uint8_t { number, frame, word };  // word: of the frame, at `number`
  struct Step {
    std::int64_t add = 0;
    bool follow = false;  // and read the word there
  };

  Start start = Start::number;
  std::int64_t number = 0;
  std::vector<Step> steps;
};

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
  // Given up on some way there, and not taken again.
  std::vector<LockAtPlace> released;
};

// Follows a function's locks over all ways through it. The receiver of a Lock and that of an Unlock
// are the same if they are computed alike; what a called function does is not followed.
class LockFlow {
 public:
  // None if the function is not understood, or too intricate.
  static std::optional<LockFlow> follow(const Code& code, const Function& function);
  static std::optional<LockFlow> follow(FunctionBody body);

  // What is true at an address: while the call is made that it lies in, or before the instruction
  // is executed. None if no way that is known leads there.
  std::optional<LocksAtPlace> at(Address pc);

 private:
  explicit LockFlow(FunctionBody body) : body_(std::move(body)) {}
  bool run();
  void find_events();
  bool is_released_next(std::size_t instruction, const LockFact& fact) const;
  std::optional<Recipe> recipe(ValueId value, const MachineState& state) const;

  // An instruction that takes a lock or gives it up, and which.
  struct Event {
    std::size_t instruction = 0;
    bool gives = false;
    LockFact fact;
  };
  const Event* first_event(std::size_t from, std::size_t to, const LockFact& fact) const;

  FunctionBody body_;
  Values values_;
  std::vector<std::optional<MachineState>> before_;  // each block
  std::vector<Event> events_;                        // by instruction
};

}  // namespace goknot::target
