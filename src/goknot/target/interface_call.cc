// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/interface_call.h"

namespace goknot::target {

namespace {

constexpr std::uint64_t kMethods = 0x18;
constexpr unsigned kClosure = 2;   // rdx. Go: cmd/compile/abi-internal.md, to go1.16 as well
constexpr std::size_t kMove = 4;   // REX.W 8B ModRM disp8
constexpr std::size_t kSpill = 5;  // REX.W opcode ModRM SIB disp8
constexpr std::size_t kCall = 2;   // FF ModRM

// mov r64, [r64 + disp8] of the first eight registers.
struct Move {
  unsigned into = 0;
  unsigned base = 0;
  std::uint64_t displacement = 0;
};

unsigned byte_at(std::span<const std::byte> code, std::size_t at) {
  return std::to_integer<unsigned>(code[at]);
}

std::optional<Move> move_at(std::span<const std::byte> code, std::size_t at) {
  if (at + kMove > code.size() || byte_at(code, at) != 0x48U || byte_at(code, at + 1) != 0x8bU) {
    return std::nullopt;
  }
  const unsigned mode = byte_at(code, at + 2);
  constexpr unsigned kIndexed = 4;  // another byte says by what
  if (mode >> 6U != 1U || (mode & 7U) == kIndexed) return std::nullopt;
  const unsigned displacement = byte_at(code, at + 3);
  if (displacement >= 0x80U) return std::nullopt;  // below
  return Move{.into = mode >> 3U & 7U, .base = mode & 7U, .displacement = displacement};
}

// A register that is kept in the frame, or taken from there: mov [rsp + disp8], r64 and back. Go's
// race detector is called before the method, and takes the registers.
struct Spill {
  unsigned what = 0;
  unsigned slot = 0;
};

std::optional<Spill> spill_at(std::span<const std::byte> code, std::size_t at, unsigned opcode) {
  constexpr unsigned kByStackPointer = 0x24;
  if (at + kSpill > code.size() || byte_at(code, at) != 0x48U || byte_at(code, at + 1) != opcode) {
    return std::nullopt;
  }
  const unsigned mode = byte_at(code, at + 2);
  if ((mode & 0xc7U) != 0x44U || byte_at(code, at + 3) != kByStackPointer) return std::nullopt;
  return Spill{.what = mode >> 3U & 7U, .slot = byte_at(code, at + 4)};
}

constexpr unsigned kLoad = 0x8b;
constexpr unsigned kStore = 0x89;

// Which register was put into a slot of the frame, last before `end`; `end` becomes that place.
std::optional<unsigned> kept_in(std::span<const std::byte> code, std::size_t& end, unsigned slot) {
  while (end-- > 0) {
    const auto kept = spill_at(code, end, kStore);
    if (kept && kept->slot == slot) return kept->what;
  }
  return std::nullopt;
}

// Whether a register is called at `at`, or behind arguments that are taken from the frame.
bool is_called(std::span<const std::byte> code, std::size_t at, unsigned what) {
  for (auto taken = spill_at(code, at, kLoad); taken && taken->what != what;
       taken = spill_at(code, at, kLoad)) {
    at += kSpill;
  }
  return at + kCall <= code.size() && byte_at(code, at) == 0xffU &&
         byte_at(code, at + 1) == (0xd0U | what);
}

// Which captured word a register was loaded with, last before `end`.
std::optional<std::size_t> captured_in(std::span<const std::byte> code, std::size_t end,
                                       unsigned into) {
  while (end-- > 0) {
    if (const auto taken = spill_at(code, end, kLoad); taken && taken->what == into) {
      const auto kept = kept_in(code, end, taken->slot);
      if (!kept) return std::nullopt;
      into = *kept;
      continue;
    }
    const auto move = move_at(code, end);
    if (!move || move->into != into) continue;
    const std::uint64_t word = move->displacement / 8;
    if (move->base != kClosure || move->displacement % 8 != 0 || word == 0) return std::nullopt;
    return static_cast<std::size_t>(word - 1);
  }
  return std::nullopt;
}

}  // namespace

std::optional<InterfaceCall> find_interface_call(std::span<const std::byte> code) {
  std::optional<InterfaceCall> found;
  for (std::size_t at = 0; at + kMove + kCall <= code.size(); ++at) {
    const auto move = move_at(code, at);
    if (!move || !is_called(code, at + kMove, move->into)) continue;
    if (move->displacement < kMethods || move->displacement % 8 != 0) continue;
    const auto captured = captured_in(code, at, move->base);
    if (!captured || found) return std::nullopt;
    found = InterfaceCall{.captured = *captured, .method = move->displacement};
  }
  return found;
}

}  // namespace goknot::target
