// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/code.h"
#include "goknot/target/memory.h"

#include <optional>
#include <span>
#include <vector>

namespace goknot::target {

// A copy of a piece of memory: a stack from its pointer to its end.
struct Copy {
  Address begin = 0;
  std::span<const std::byte> bytes;

  Address end() const { return begin + bytes.size(); }
  // The bytes from `address` on; empty outside.
  std::span<const std::byte> from(Address address) const {
    if (address < begin || address >= end()) return {};
    return bytes.subspan(address - begin);
  }
  // The word at an address; none if it is not all within.
  std::optional<Address> word(Address address) const {
    const auto rest = from(address);
    if (rest.size() < sizeof(Address)) return std::nullopt;
    return load<Address>(rest, 0);
  }
};

// Where a goroutine goes on when it is run again, or is now.
struct Start {
  Address pc = 0;
  Address sp = 0;
  Address lr = 0;                      // arm64: of a function that has no frame yet; else 0
  Lookup lookup = Lookup::after_call;  // what pc is: saved by a call, or out of a register
};

// One function activation on a stack.
struct Activation {
  const Site* site = nullptr;
  Address pc = 0;         // as it stood in the stack or register
  Address sp = 0;         // its stack pointer
  Address variables = 0;  // varp: what the compiler counts its locals down from
  Address arguments = 0;  // argp: its first argument
};

// How the walk over a stack ended.
enum class StackEnd : std::uint8_t {
  complete,  // at the function all goroutines begin with
  limit,     // more activations than `most`
  broken,    // at something that is no return address into Go code
};

// A word of a stack that a walk went by.
struct SavedWord {
  Address at = 0;
  Address value = 0;
};

struct Unwound {
  std::vector<Activation> activations;  // innermost first
  std::vector<SavedWord> words;         // all that was read of the stack
  StackEnd end = StackEnd::broken;
};

// Deeper stacks are cut: Go itself gives up at 1 GB of stack.
inline constexpr std::size_t kMostActivations = std::size_t{1} << 22U;

// Walks a stack with the compiler's tables, as the runtime does (runtime/traceback.go
// unwinder.next). Reads nothing but the copy. `into` is reused; what it held is gone.
void unwind(CodeView& view, const Copy& stack, const Start& start, Unwound& into,
            std::size_t most = kMostActivations);

}  // namespace goknot::target
