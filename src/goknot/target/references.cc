// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/references.h"

#include <algorithm>
#include <array>

namespace goknot::target {

namespace {

constexpr std::size_t kMostCode = std::size_t{64} << 10U;
constexpr std::size_t kRelativeSize = 7;  // REX, opcode, ModRM, disp32
constexpr Address kPage = 4096;

struct Body {
  Address begin = 0;
  std::vector<std::byte> bytes;
};

void note(std::vector<Address>& found, const Module& module, Address address) {
  if (!module.is_data(address)) return;
  if (std::ranges::find(found, address) == found.end()) found.push_back(address);
}

// lea, mov, add, or, cmp … of a 64-bit register with [rip + disp32], and the forms with a byte
// behind the displacement that compare or store a small number.
// Code addresses variables relative to the next instruction, in programs of all link modes.
void note_amd64(const Body& body, const Module& module, std::vector<Address>& found) {
  for (std::size_t i = 0; i + kRelativeSize <= body.bytes.size(); ++i) {
    const auto rex = std::to_integer<unsigned>(body.bytes[i]);
    const auto mode = std::to_integer<unsigned>(body.bytes[i + 2]);
    if ((rex & 0xf8U) != 0x48U || (mode & 0xc7U) != 0x05U) continue;
    const auto opcode = std::to_integer<unsigned>(body.bytes[i + 1]);
    const bool immediate = opcode == 0x83;
    const Address next = body.begin + i + kRelativeSize + (immediate ? 1 : 0);
    const auto distance = load<std::int32_t>(body.bytes, i + 3);
    note(found, module, next + static_cast<Address>(static_cast<std::int64_t>(distance)));
  }
}

std::int64_t sign_extended(std::uint64_t value, unsigned bits) {
  const std::uint64_t sign = std::uint64_t{1} << (bits - 1);
  return static_cast<std::int64_t>((value ^ sign) - sign);
}

// ADRP Xn, then ADD Xn, Xn, #imm or a load or store at [Xn, #imm].
// ADRP gives the page of 4 KiB, the instruction behind it the offset in the page; of a load or
// store the offset is scaled by its size.
void note_arm64(const Body& body, const Module& module, std::vector<Address>& found) {
  std::array<Address, 32> page{};
  for (std::size_t i = 0; i + 4 <= body.bytes.size(); i += 4) {
    const auto code = load<std::uint32_t>(body.bytes, i);
    const std::uint32_t target = code & 31U;
    const std::uint32_t base = code >> 5U & 31U;
    if ((code & 0x9f000000U) == 0x90000000U) {
      const std::uint64_t immediate = (code >> 29U & 3U) | (code >> 5U & 0x7ffffU) << 2U;
      const Address here = (body.begin + i) & ~(kPage - 1);
      page[target] = here + static_cast<Address>(sign_extended(immediate, 21)) * kPage;
    } else if ((code & 0xffc00000U) == 0x91000000U && page[base] != 0) {
      note(found, module, page[base] + (code >> 10U & 0xfffU));
    } else if ((code & 0x3b000000U) == 0x39000000U && page[base] != 0) {
      note(found, module, page[base] + ((code >> 10U & 0xfffU) << (code >> 30U)));
    }
  }
}

}  // namespace

std::vector<Address> references(const Memory& memory, const Layout& layout,
                                const FunctionTable& table, std::string_view name) {
  std::vector<Address> found;
  const auto function = table.find(name);
  if (!function) return found;
  Body body{.begin = function->entry, .bytes = {}};
  body.bytes.resize(std::min<std::size_t>(table.end_of(*function) - function->entry, kMostCode));
  body.bytes.resize(memory.read_some(body.begin, body.bytes));
  if (layout.architecture == Architecture::amd64) {
    note_amd64(body, table.module(), found);
  } else {
    note_arm64(body, table.module(), found);
  }
  return found;
}

}  // namespace goknot::target
