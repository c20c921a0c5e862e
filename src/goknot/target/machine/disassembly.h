// SPDX-License-Identifier: Apache-2.0
// Machine code, as far as one has to understand it to follow where values go.
//
// Of the many instructions of amd64 a dozen deeds are enough. Go's compiler computes the address
// of a lock with mov, lea and add, copies it between registers and stack slots, and hands it over
// in a call:
//
//     mov  rax, [rsp+0x58]     load       the receiver, from where it was spilled
//     lea  rax, [rax+0x10]     address    &h.mu
//     call sync.(*Mutex).Lock  call
//
// All others are Deed::other. They are not followed, but which registers they change is known, so
// that nothing is taken for what it was before.
#pragma once

#include "goknot/target/architecture.h"
#include "goknot/target/memory.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace goknot::target {

// A general register by its number in the machine's own order; kNoRegister for any other.
using Register = std::uint8_t;
inline constexpr Register kNoRegister = 0xff;
inline constexpr std::size_t kRegisters = 32;

// What an instruction does, if that is one of the simple things.
enum class Deed : std::uint8_t {
  other,         // anything; `written` says which registers it changes
  load,          // target = the word at memory
  store,         // the bytes at memory = source, kNoRegister: anything
  address,       // target = where memory is, or would be: sums and products are read as such
  move,          // target = source
  constant,      // target = memory.displacement
  add_constant,  // target = source + memory.displacement
  compare,       // sets flags by whether `source`, or the bytes at memory if that is none, are
                 // `number`
  atomic,        // changes memory in a way that all threads agree on
  exchange,      // the same, if it finds there what it expects
  call,          // to `destination`, 0: wherever a register or memory says
  jump,          // the same, without coming back
  branch,        // to `destination`, or on
  leave,         // back to the caller
  trap,          // nowhere: the program is in error
};

// When a branch is taken, if that depends on a comparison for equality alone.
enum class Taken : std::uint8_t { otherwise, if_equal, if_not_equal };

// A place in memory as an instruction names it.
struct Operand {
  Register base = kNoRegister;   // kNoRegister: displacement is the address
  bool indexed = false;          // and something that a register says is added
  Register index = kNoRegister;  // that register, if it is one of those we know
  std::int64_t scale = 1;        // times which it is added
  std::int64_t displacement = 0;
  std::uint32_t size = 0;  // in bytes; kUnbounded if registers say how many

  static constexpr std::uint32_t kUnbounded = 0xffffffff;
};

struct Instruction {
  Address address = 0;
  std::uint8_t size = 0;
  Deed deed = Deed::other;
  Register target = kNoRegister;
  Register source = kNoRegister;
  Operand memory = {};
  Address destination = 0;
  std::int64_t number = 0;  // of a comparison
  Taken taken = Taken::otherwise;
  std::uint32_t written = 0;  // a bit for each register it changes in any way, the target too

  Address end() const { return address + size; }
};

// The instructions of a piece of code that begins at `begin`. None if a byte of it is no
// instruction, or there are too many.
std::optional<std::vector<Instruction>> disassemble(Architecture architecture, Address begin,
                                                    std::span<const std::byte> code);

}  // namespace goknot::target
