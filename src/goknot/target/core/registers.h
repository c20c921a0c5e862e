// SPDX-License-Identifier: Apache-2.0
// The registers of a thread, as the kernel writes them down: in the notes of a core, and on the
// stack of a signal handler.
#pragma once

#include "goknot/target/architecture.h"
#include "goknot/target/memory.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace goknot::target {

// What a thread had in its registers.
struct Registers {
  Address pc = 0;
  Address sp = 0;
  Address lr = 0;            // the link register of arm64; 0 on amd64
  Address go = 0;            // where Go keeps the running g (R14, R28); anything in other code
  std::vector<Address> all;  // every general one: any may be the only one to refer to an object
};

// Those of a note NT_PRSTATUS, from its pr_reg on; none if it is too short (linux
// include/uapi/linux/elfcore.h, arch/*/include/uapi/asm/ptrace.h).
std::optional<Registers> parse_registers(Architecture architecture,
                                         std::span<const std::byte> bytes);

// A context that a signal has interrupted, as the kernel left it on the stack of the handler
// (ucontext).
struct SignalContext {
  Address place = 0;  // where it lies
  Registers registers;
};

// The contexts that lie on a signal stack, by address: the last one was interrupted first. They
// are told by the description of that very stack in them (uc_stack). `stack` is a copy of the
// whole stack from its lowest address `begin` on.
std::vector<SignalContext> find_signal_contexts(Architecture architecture, Address begin,
                                                std::span<const std::byte> stack);

}  // namespace goknot::target
