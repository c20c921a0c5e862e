// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/object_masks.h"

#include <algorithm>

namespace goknot::target {

namespace {

constexpr std::size_t kWord = 8;
constexpr std::uint64_t kMostSize = 65536;    // of a type whose values have a header
constexpr unsigned kProgram = 1U << 6U;       // in kind, to 1.23
constexpr unsigned kMaskOnDemand = 1U << 4U;  // in tflag, since 1.24
constexpr unsigned kKindMask = 31;
constexpr int kDeepest = 16;                 // structs in arrays in structs
constexpr std::uint64_t kMostFields = 4096;  // of one struct
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
// sizes must fit each other.
std::optional<ObjectMasks::Description> ObjectMasks::describe(Address type) const {
  const auto in = std::ranges::find_if(types_, [type](const Range& r) { return r.contains(type); });
  if (in == types_.end() || type % kWord != 0) return std::nullopt;
  std::vector<std::byte> bytes(sized(layout_.type.size));
  if (!memory_.read(type, bytes)) return std::nullopt;
  const bool moved = layout_.version >= kFlagMoved;
  const auto kind = std::to_integer<unsigned>(bytes[sized(layout_.type.kind)]);
  const auto flags = std::to_integer<unsigned>(bytes[sized(layout_.type.tflag)]);
  if (!moved && (kind & kProgram) != 0) return std::nullopt;
  Description found;
  found.size = load<std::uint64_t>(bytes, sized(layout_.type.size_));
  const auto pointer_bytes = load<std::uint64_t>(bytes, sized(layout_.type.ptr_bytes));
  if (found.size > kMostSize || pointer_bytes > found.size) return std::nullopt;
  found.pointer_words = pointer_bytes / kWord;
  found.kind = static_cast<TypeKind>(kind & kKindMask);
  found.mask = load<Address>(bytes, sized(layout_.type.gcdata));
  if (moved && (flags & kMaskOnDemand) != 0) {
    found.mask = memory_.read<Address>(found.mask).value_or(0);
  }
  return found;
}

// As runtime/type.go buildGCMask does it: only arrays and structs have masks that are made on
// demand, and most of what they are made of has one. The processors of a program that has not
// collected yet are such objects, and hold numbers that look like pointers.
bool ObjectMasks::draw(Address type, std::uint64_t word, std::vector<std::byte>& bits,
                       int depth) const {
  const auto found = describe(type);
  if (!found) return false;
  if (found->pointer_words == 0) return true;
  if (depth == kDeepest || word + found->pointer_words > bits.size() * 8) return false;
  if (found->mask == 0) {
    if (found->kind == TypeKind::array) return draw_elements(type, *found, word, bits, depth + 1);
    return found->kind == TypeKind::structure && draw_fields(type, word, bits, depth + 1);
  }
  std::vector<std::byte> mask((found->pointer_words + 7) / 8);
  if (!memory_.read(found->mask, mask)) return false;
  for (std::uint64_t i = 0; i < found->pointer_words; ++i) {
    if (has(mask, i)) bits[(word + i) / 8] |= std::byte{1} << (word + i) % 8;
  }
  return true;
}

bool ObjectMasks::draw_elements(Address type, const Description& array, std::uint64_t word,
                                std::vector<std::byte>& bits, int depth) const {
  const auto element = memory_.read<Address>(type + Address(layout_.array_type.elem));
  const auto one = element ? describe(*element) : std::nullopt;
  if (!one || one->size == 0) return false;
  for (std::uint64_t at = 0; at < array.size; at += one->size) {
    if (!draw(*element, word + at / kWord, bits, depth)) return false;
  }
  return true;
}

bool ObjectMasks::draw_fields(Address type, std::uint64_t word, std::vector<std::byte>& bits,
                              int depth) const {
  struct List {
    Address first = 0;
    std::uint64_t count = 0;
  };
  const auto fields = memory_.read<List>(type + Address(layout_.struct_type.fields));
  if (!fields || fields->count > kMostFields) return false;
  for (std::uint64_t i = 0; i < fields->count; ++i) {
    const Address field = fields->first + i * Address(layout_.struct_field.size);
    const auto its = memory_.read<Address>(field + Address(layout_.struct_field.typ));
    const auto offset = memory_.read<std::uint64_t>(field + Address(layout_.struct_field.offset));
    if (!its || !offset || *offset > kMostSize) return false;
    if (!draw(*its, word + *offset / kWord, bits, depth)) return false;
  }
  return true;
}

// The last of the pointer words is a pointer, else PtrBytes were less. Where a mask is just being
// made, the address is not that of one.
std::optional<ObjectMask> ObjectMasks::read(Address type) const {
  const auto found = describe(type);
  if (!found || found->size == 0 || found->size % kWord != 0 || found->pointer_words == 0) {
    return std::nullopt;
  }
  ObjectMask mask{.size = found->size, .pointer_words = found->pointer_words, .bits = {}};
  mask.bits.resize((mask.pointer_words + 7) / 8);
  if (!draw(type, 0, mask.bits, 0)) return std::nullopt;
  return has(mask.bits, mask.pointer_words - 1) ? std::optional(mask) : std::nullopt;
}

}  // namespace goknot::target
