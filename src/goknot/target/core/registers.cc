// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/core/registers.h"

namespace goknot::target {

namespace {

constexpr std::size_t kWord = 8;
constexpr std::uint64_t kLeastStack = 2048;                     // MINSIGSTKSZ
constexpr std::uint64_t kMostStack = std::uint64_t{16} << 20U;  // more than anybody sets up
constexpr std::uint64_t kStackUnit = 1024;                      // everybody's are multiples of it
constexpr std::uint16_t kUserCode = 0x33;  // linux arch/x86/include/asm/segment.h __USER_CS

// Where registers stand, in words, in a block of `count` general ones.
struct Block {
  std::size_t count, pc, sp, lr;
};

// linux arch/x86/include/uapi/asm/ptrace.h: user_regs_struct; arch/arm64: user_pt_regs.
constexpr Block kStatusAmd64{.count = 27, .pc = 16, .sp = 19, .lr = SIZE_MAX};
constexpr Block kStatusArm64{.count = 33, .pc = 32, .sp = 31, .lr = 30};
// linux arch/x86/include/uapi/asm/sigcontext.h: r8 to r15, di, si, bp, bx, dx, ax, cx, sp, ip;
// arch/arm64: x0 to x30, sp, pc.
constexpr Block kSignalAmd64{.count = 17, .pc = 16, .sp = 15, .lr = SIZE_MAX};
constexpr Block kSignalArm64{.count = 33, .pc = 32, .sp = 31, .lr = 30};

// ucontext: flags, link, then the stack (pointer, flags, size), then the registers; arm64 has the
// mask of signals before them, padded to 128 bytes, and the address of a fault.
constexpr std::size_t kLink = 8;
constexpr std::size_t kStack = 16;
constexpr std::size_t kStackFlags = 24;
constexpr std::size_t kStackSize = 32;
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
  return registers;
}

// Whether what begins at `place` describes a signal stack that holds both itself and `sp`.
// struct ucontext: uc_flags, uc_link (0), uc_stack {ss_sp, ss_flags, ss_size}. A copy of a stack is
// searched for words that describe the very stack they lie on; by chance no other words do.
bool is_context(std::span<const std::byte> bytes, Address place, Address sp) {
  const auto begin = load<Address>(bytes, kStack);
  const auto size = load<std::uint64_t>(bytes, kStackSize);
  if (size < kLeastStack || size > kMostStack || size % kStackUnit != 0) return false;
  if (sp < begin || sp - begin >= size || place - begin >= size) return false;
  return load<Address>(bytes, kLink) == 0 && load<std::uint32_t>(bytes, kStackFlags) == 0;
}

// On amd64 the segment of the code stands behind rip and the flags.
bool is_user_code(const Block& block, std::span<const std::byte> registers) {
  const std::size_t at = (block.count + 1) * kWord;
  return registers.size() >= at + kWord && load<std::uint16_t>(registers, at) == kUserCode;
}

}  // namespace

std::optional<Registers> parse_registers(Architecture architecture,
                                         std::span<const std::byte> bytes) {
  const Block& block = architecture == Architecture::amd64 ? kStatusAmd64 : kStatusArm64;
  if (bytes.size() < block.count * kWord) return std::nullopt;
  return take(block, bytes);
}

std::optional<SignalContext> find_signal_context(Architecture architecture, Address sp,
                                                 std::span<const std::byte> stack) {
  const bool amd64 = architecture == Architecture::amd64;
  const Block& block = amd64 ? kSignalAmd64 : kSignalArm64;
  const std::size_t registers = amd64 ? kRegistersAmd64 : kRegistersArm64;
  const std::size_t first = (kWord - sp % kWord) % kWord;
  for (std::size_t at = first; at + registers + block.count * kWord <= stack.size(); at += kWord) {
    if (!is_context(stack.subspan(at), sp + at, sp)) continue;
    if (amd64 && !is_user_code(block, stack.subspan(at + registers))) continue;
    const auto begin = load<Address>(stack, at + kStack);
    const auto size = load<std::uint64_t>(stack, at + kStackSize);
    SignalContext context{.registers = take(block, stack.subspan(at + registers)), .nested = false};
    context.nested = context.registers.sp >= begin && context.registers.sp - begin < size;
    return context;
  }
  return std::nullopt;
}

}  // namespace goknot::target
