// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/object_masks.h"

#include <algorithm>

namespace goknot::target {

namespace {

constexpr std::size_t kWord = 8;
constexpr std::uint64_t kMostSize = 65536;    // of a type whose values have a header
constexpr unsigned kProgram = 1U << 6U;       // in kind, to 1.23
constexpr unsigned kMaskOnDemand = 1U << 4U;  // in tflag, since 1.24
constexpr GoVersion kFlagMoved{24, 0};

bool has(std::span<const std::byte> bits, std::uint64_t word) {
  return (std::to_integer<unsigned>(bits[word / 8]) >> word % 8 & 1U) != 0;
}

std::size_t sized(std::int32_t offset) { return static_cast<std::size_t>(offset); }

}  // namespace

const ObjectMask* ObjectMasks::find(Address type) {
  const auto [found, fresh] = masks_.try_emplace(type);
  if (fresh) found->second = read(type);
  return found->second ? &*found->second : nullptr;
}

// internal/abi/type.go Type: Size_ at 0, PtrBytes at 8, TFlag at 20, Kind_ at 23, GCData at 32. The
// address comes out of the heap and may be anything: it must lie in the types of a module, and the
// sizes must fit each other. The last of the pointer words is a pointer, else PtrBytes were less.
std::optional<ObjectMask> ObjectMasks::read(Address type) const {
  const auto in = std::ranges::find_if(types_, [type](const Range& r) { return r.contains(type); });
  if (in == types_.end() || type % kWord != 0) return std::nullopt;
  std::vector<std::byte> bytes(sized(layout_.type.size));
  if (!memory_.read(type, bytes)) return std::nullopt;
  const bool moved = layout_.version >= kFlagMoved;
  const auto flags =
      std::to_integer<unsigned>(bytes[sized(moved ? layout_.type.tflag : layout_.type.kind)]);
  if (!moved && (flags & kProgram) != 0) return std::nullopt;
  ObjectMask mask;
  mask.size = load<std::uint64_t>(bytes, sized(layout_.type.size_));
  const auto pointer_bytes = load<std::uint64_t>(bytes, sized(layout_.type.ptr_bytes));
  if (mask.size == 0 || mask.size > kMostSize || mask.size % kWord != 0) return std::nullopt;
  if (pointer_bytes == 0 || pointer_bytes > mask.size) return std::nullopt;
  mask.pointer_words = pointer_bytes / kWord;
  mask.bits.resize((mask.pointer_words + 7) / 8);
  auto data = load<Address>(bytes, sized(layout_.type.gcdata));
  if (moved && (flags & kMaskOnDemand) != 0) data = memory_.read<Address>(data).value_or(0);
  if (data == 0 || !memory_.read(data, mask.bits)) return std::nullopt;
  // Where it is just being made, the address is not that of a mask.
  return has(mask.bits, mask.pointer_words - 1) ? std::optional(mask) : std::nullopt;
}

}  // namespace goknot::target
