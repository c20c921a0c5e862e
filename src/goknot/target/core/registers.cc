// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/core/registers.h"

namespace goknot::target {

namespace {

constexpr std::size_t kWord = 8;
constexpr std::size_t kMostContexts = 16;  // a handler is interrupted once or twice

// Where registers stand, in words, in a block of `count` general ones.
struct Block {
  std::size_t count, pc, sp, lr, go;
};

// linux arch/x86/include/uapi/asm/ptrace.h: user_regs_struct; arch/arm64: user_pt_regs.
constexpr Block kStatusAmd64{.count = 27, .pc = 16, .sp = 19, .lr = SIZE_MAX, .go = 1};
constexpr Block kStatusArm64{.count = 33, .pc = 32, .sp = 31, .lr = 30, .go = 28};
// linux arch/x86/include/uapi/asm/sigcontext.h: r8 to r15, di, si, bp, bx, dx, ax, cx, sp, ip;
// arch/arm64: x0 to x30, sp, pc.
constexpr Block kSignalAmd64{.count = 17, .pc = 16, .sp = 15, .lr = SIZE_MAX, .go = 6};
constexpr Block kSignalArm64{.count = 33, .pc = 32, .sp = 31, .lr = 30, .go = 28};

// ucontext: flags, link, then the stack (pointer, flags, size), then the registers; arm64 has the
// mask of signals before them, padded to 128 bytes, and the address of a fault.
constexpr std::size_t kStackInContext = 16;
constexpr std::size_t kRegistersAmd64 = 40;
constexpr std::size_t kRegistersArm64 = 184;

Registers take(const Block& block, std::span<const std::byte> bytes) {
  Registers registers;
  for (std::size_t i = 0; i < block.count; ++i) {
    registers.all.push_back(load<Address>(bytes, i * kWord));
  }
  registers.pc = registers.all[block.pc];
  registers.sp = registers.all[block.sp];
  registers.lr = block.lr < block.count ? registers.all[block.lr] : 0;
  registers.go = registers.all[block.go];
  return registers;
}

}  // namespace

std::optional<Registers> parse_registers(Architecture architecture,
                                         std::span<const std::byte> bytes) {
  const Block& block = architecture == Architecture::amd64 ? kStatusAmd64 : kStatusArm64;
  if (bytes.size() < block.count * kWord) return std::nullopt;
  return take(block, bytes);
}

std::vector<SignalContext> find_signal_contexts(Architecture architecture, Address begin,
                                                std::span<const std::byte> stack) {
  const bool amd64 = architecture == Architecture::amd64;
  const Block& block = amd64 ? kSignalAmd64 : kSignalArm64;
  const std::size_t registers = amd64 ? kRegistersAmd64 : kRegistersArm64;
  std::vector<SignalContext> found;
  for (std::size_t at = 0; at + registers + block.count * kWord <= stack.size(); at += kWord) {
    const std::size_t about = at + kStackInContext;
    if (load<Address>(stack, about) != begin) continue;
    if (load<std::uint64_t>(stack, about + 2 * kWord) != stack.size()) continue;
    if (load<Address>(stack, at + kWord) != 0) continue;  // uc_link
    found.push_back({.place = begin + at, .registers = take(block, stack.subspan(at + registers))});
    if (found.size() == kMostContexts) break;
  }
  return found;
}

}  // namespace goknot::target
