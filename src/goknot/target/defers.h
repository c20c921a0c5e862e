// SPDX-License-Identifier: Apache-2.0
// Calls that a goroutine has deferred and that have not begun yet.
#pragma once

#include "goknot/target/go_version.h"
#include "goknot/target/memory.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace goknot::target {

class Code;
class Surroundings;
struct Specimen;

// Where a function with open-coded defers keeps them in its frame (go1.14): a byte with a bit for
// each `defer` statement that was executed, and a slot for each call. Offsets are bytes below varp.
struct DeferSlots {
  // One call.
  struct Slot {
    std::uint32_t closure = 0;                 // where the pointer to its funcval lies
    std::array<std::uint32_t, 4> arguments{};  // words of its arguments, 0: none (to go1.17)
  };
  std::uint32_t bits = 0;   // of the byte
  std::vector<Slot> slots;  // by bit; empty: the function has none
};

// The open-coded defers of a function whose description (FUNCDATA_OpenCodedDeferInfo) lies at
// `info`; 0: it has none. Encoding: cmd/compile/internal/ssagen/ssa.go emitOpenDeferInfo, read by
// runtime/panic.go.
DeferSlots read_defer_slots(const Memory& memory, GoVersion version, Address info);

// A deferred call that has not begun.
struct PendingCall {
  static constexpr std::size_t kWords = 4;

  std::uint32_t activation = 0;  // the one that deferred it, as the specimen counts
  Address closure = 0;           // its funcval
  Address code = 0;              // the function it will call
  // What the funcval captured: the words behind its code pointer. There may be fewer; then the
  // rest is whatever lies behind it.
  std::array<std::optional<Address>, kWords> captured{};
  // The words of its arguments; none from go1.17 (arm64: go1.18) on, where all are captured.
  std::array<std::optional<Address>, kWords> arguments{};
};

// Asks for what has to be copied around a goroutine to know its pending calls.
void want_defers(const Code& code, const Specimen& specimen, Surroundings& surroundings);

// The pending calls of a goroutine, newest first: those in its list of records and those that are
// open-coded in its frames. What cannot be read is left out.
std::vector<PendingCall> pending_calls(const Code& code, const Specimen& specimen,
                                       const Surroundings& surroundings);

// The open-coded calls of an activation that have begun: the function is at its exit. Which is the
// one that goes on, if any does, the activation inside of it tells.
std::vector<PendingCall> begun_calls(const Code& code, const Specimen& specimen,
                                     std::uint32_t activation);

}  // namespace goknot::target
