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
  std::vector<Address> all;  // every general one: any may be the only one to refer to an object
};

// Those of a note NT_PRSTATUS, from its pr_reg on; none if it is too short (linux
// include/uapi/linux/elfcore.h, arch/*/include/uapi/asm/ptrace.h).
std::optional<Registers> parse_registers(Architecture architecture,
                                         std::span<const std::byte> bytes);

// What a signal has interrupted.
struct SignalContext {
  Registers registers;
  bool nested = false;  // that was a handler itself, on the same stack of signals
};

// The registers of what a signal has interrupted, as the kernel left them on the stack of the
// handler (ucontext). `stack` is a copy of that stack from the handler's stack pointer `sp` on.
// They are told by the description of that very stack beside them (uc_stack). None if the stack
// is none of signals.
std::optional<SignalContext> find_signal_context(Architecture architecture, Address sp,
                                                 std::span<const std::byte> stack);

}  // namespace goknot::target
