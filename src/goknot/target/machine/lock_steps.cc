// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/machine/lock_steps.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace goknot::target {

namespace {

using Action = LockFunction::Action;

constexpr std::size_t kFoldedWithin = 6;   // instructions
constexpr std::int64_t kReaderCount = 16;  // of an RWMutex. sync/rwmutex.go, go1.13 to go1.27

// Which lock functions were inlined where.
// PCDATA_InlTreeIndex has a number for each stretch of code that was inlined, the same for all of
// one inlined call (runtime/symtab.go pcdatavalue, index 2 in go1.13 to go1.27). The chain of calls
// behind a number is looked up once.
class Inlined {
 public:
  Inlined(const Code& code, const Function& function)
      : code_(code),
        function_(function),
        table_(*code.table_of(function.entry)),
        runs_(table_.pcdata_runs(function, code.layout().pcdata.inl_tree)) {}

  // The one at an address: the outermost, for sync calls that of internal/sync.
  std::optional<LockFunction> at(Address pc) {
    const auto run = std::ranges::upper_bound(runs_, pc, {}, &PcdataRun::end);
    if (run == runs_.end() || run->value < 0) return std::nullopt;
    const auto [entry, is_new] = known_.try_emplace(run->value);
    if (is_new) entry->second = look_up(pc);
    return entry->second;
  }

 private:
  std::optional<LockFunction> look_up(Address pc) const {
    const auto calls = table_.inlined(code_.memory(), function_, pc);
    for (std::size_t i = calls.size(); i-- > 0;) {
      if (i + 1 == calls.size()) continue;  // the function itself
      if (auto found = lock_function(calls[i].name)) return found;
    }
    return std::nullopt;
  }

  const Code& code_;
  const Function& function_;
  const FunctionTable& table_;
  std::vector<PcdataRun> runs_;
  absl::flat_hash_map<std::int32_t, std::optional<LockFunction>> known_;  // by entry of the tree
};

bool is_atomic(const Instruction& instruction) {
  return instruction.deed == Deed::atomic || instruction.deed == Deed::exchange;
}

// The lock function that an atomic instruction belongs to. Where the compiler has folded the
// address of the lock into it, the line that computed that is noted for it, not the function; then
// what follows at once is inlined and has no such instruction of its own.
std::optional<LockFunction> inlined_at(Inlined& inlined, std::span<const Instruction> code,
                                       std::size_t i) {
  if (auto found = inlined.at(code[i].address)) return found;
  if (!is_atomic(code[i])) return std::nullopt;
  std::optional<LockFunction> found;
  for (std::size_t next = i + 1; next < std::min(code.size(), i + 1 + kFoldedWithin); ++next) {
    const auto here = inlined.at(code[next].address);
    if (here && is_atomic(code[next])) return std::nullopt;
    if (!found) found = here;
    if (code[next].deed == Deed::branch || code[next].deed == Deed::call) break;
  }
  return found;
}

std::optional<LockFunction> called_at(const Code& code, const Instruction& instruction) {
  if (instruction.deed != Deed::call || instruction.destination == 0) return std::nullopt;
  const auto callee = code.function_at(instruction.destination);
  if (!callee) return std::nullopt;
  return lock_function(code.table_of(instruction.destination)->name(*callee));
}

std::optional<LockStep> step_of_call(const LockFunction& function) {
  switch (function.action) {
    case Action::acquires:
      return LockStep{.kind = LockStep::Kind::takes, .function = function};
    case Action::releases:
      if (function.slow) break;  // what was inlined before has done it
      return LockStep{.kind = LockStep::Kind::gives, .function = function};
    case Action::tries:
      return LockStep{.kind = LockStep::Kind::tries, .function = function};
  }
  return std::nullopt;
}

// A Mutex is locked by compare-and-swap, the only exchange among the fast ways; all others are
// adds.
std::optional<LockStep> step_of_inlined(const LockFunction& function, Deed deed) {
  const bool shared = function.kind == ObjectKind::rwmutex;
  LockStep step{.function = function, .field = shared ? kReaderCount : 0};
  if (deed == Deed::call) {
    step.kind = LockStep::Kind::waits;
    return function.action == Action::acquires ? std::optional(step) : std::nullopt;
  }
  const Deed wanted =
      function.action == Action::acquires && !shared ? Deed::exchange : Deed::atomic;
  if (deed != wanted) return std::nullopt;
  // A writer has an RWMutex only when the readers are gone, which no single instruction shows.
  const bool at_once = !shared || function.mode == Operation::rlock;
  step.kind = LockStep::Kind::taken;
  if (function.action == Action::acquires && at_once) return step;
  step.kind = LockStep::Kind::gives;
  return function.action == Action::releases ? std::optional(step) : std::nullopt;
}

// Reads half a word: what an inlined TryLock begins with.
// State and readerCount are 32 bits wide.
bool reads_half(const Instruction& instruction) {
  const bool reads = instruction.deed == Deed::other || instruction.deed == Deed::compare;
  return reads && instruction.memory.size == 4;
}

std::optional<LockStep> step_of_trial(const LockFunction& function) {
  if (function.action != Action::tries) return std::nullopt;
  return LockStep{.kind = LockStep::Kind::tries,
                  .function = function,
                  .field = function.mode == Operation::rlock ? kReaderCount : 0};
}

}  // namespace

LockSteps find_lock_steps(const Code& code, const Function& function,
                          std::span<const Instruction> instructions, StepOfCallee step_of_callee) {
  LockSteps steps;
  Inlined inlined(code, function);
  for (std::size_t i = 0; i < instructions.size(); ++i) {
    const Instruction& instruction = instructions[i];
    const bool reads = reads_half(instruction);
    if (instruction.deed != Deed::call && !is_atomic(instruction) && !reads) continue;
    std::optional<LockStep> step;
    if (reads) {
      const auto found = inlined.at(instruction.address);
      if (found) step = step_of_trial(*found);
    } else if (const auto called = called_at(code, instruction)) {
      step = step_of_call(*called);
    } else if (const auto found = inlined_at(inlined, instructions, i)) {
      step = step_of_inlined(*found, instruction.deed);
    } else if (instruction.deed == Deed::call && instruction.destination != 0) {
      step = step_of_callee(instruction.destination);
    }
    if (step) steps.emplace(i, *step);
  }
  return steps;
}

}  // namespace goknot::target
