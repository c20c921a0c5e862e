// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/interface_call.h"

namespace goknot::target {

namespace {

constexpr std::uint64_t kMethods = 0x18;
constexpr unsigned kClosure = 2;  // rdx. Go: cmd/compile/abi-internal.md, to go1.16 as well
constexpr std::size_t kMove = 4;  // REX.W 8B ModRM disp8
constexpr std::size_t kCall = 2;  // FF ModRM

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

// Which captured word a register was loaded with, last before `end`.
std::optional<std::size_t> captured_in(std::span<const std::byte> code, std::size_t end,
                                       unsigned into) {
  for (std::size_t at = end; at-- > 0;) {
    const auto move = move_at(code, at);
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
    if (!move || byte_at(code, at + kMove) != 0xffU) continue;
    if (byte_at(code, at + kMove + 1) != (0xd0U | move->into)) continue;
    if (move->displacement < kMethods || move->displacement % 8 != 0) continue;
    const auto captured = captured_in(code, at, move->base);
    if (!captured || found) return std::nullopt;
    found = InterfaceCall{.captured = *captured, .method = move->displacement};
  }
  return found;
}

}  // namespace goknot::target
