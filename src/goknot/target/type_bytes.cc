// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/type_bytes.h"

#include "goknot/target/fields.h"

#include <algorithm>
#include <optional>

namespace goknot::target {

namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{64} << 20U;
constexpr std::uint64_t kMostFields = 4096;
constexpr std::size_t kMostName = 512;
constexpr Address kAlignment = 8;

// Go: internal/abi/type.go TFlag, KindMask.
constexpr std::uint8_t kUncommon = 1;
constexpr std::uint8_t kExtraStar = 2;
constexpr std::uint8_t kNamed = 4;
constexpr std::uint8_t kKindMask = 31;
constexpr std::uint8_t kEmbedded = 8;  // a flag of the name of a field

constexpr GoVersion kLengthIsVarint{17, 0};  // until then two bytes, the high one first
constexpr GoVersion kOffsetIsPlain{19, 0};   // until then twice the offset, and 1 if embedded

}  // namespace

TypeBytes::TypeBytes(const Memory& memory, const Layout& layout, const Range& types)
    : layout_(layout), types_(types) {
  bytes_.resize(std::min(types.size(), kMostBytes));
  bytes_.resize(memory.read_some(types.begin, bytes_));
}

std::span<const std::byte> TypeBytes::at(Address address, std::int32_t size) const {
  if (!contains(address)) return {};
  const std::span<const std::byte> rest = std::span(bytes_).subspan(address - types_.begin);
  const auto wanted = static_cast<std::size_t>(size);
  return rest.size() < wanted ? std::span<const std::byte>() : rest.first(wanted);
}

TypeKind TypeBytes::kind(Address type) const {
  const auto kind = static_cast<std::uint8_t>(
      Fields(at(type, layout_.type.size)).at<std::uint8_t>(layout_.type.kind) & kKindMask);
  for (const TypeKind known :
       {TypeKind::array, TypeKind::channel, TypeKind::pointer, TypeKind::structure}) {
    if (kind == static_cast<std::uint8_t>(known)) return known;
  }
  return TypeKind::other;
}

std::uint64_t TypeBytes::size(Address type) const {
  return Fields(at(type, layout_.type.size)).at<std::uint64_t>(layout_.type.size_);
}

// Flags, length, text. Go: internal/abi/type.go Name.ReadVarint.
//     01 03 48 75 62          go1.17: exported, 3 bytes, "Hub"
//     01 00 03 48 75 62       until then
std::string TypeBytes::text(Address name) const {
  if (!contains(name)) return {};
  const std::span<const std::byte> rest = std::span(bytes_).subspan(name - types_.begin);
  if (rest.size() < 4) return {};
  const auto byte = [rest](std::size_t i) { return std::to_integer<std::size_t>(rest[i]); };
  std::size_t begin = 3;
  std::size_t size = byte(1) << 8U | byte(2);
  if (layout_.version >= kLengthIsVarint) {
    const bool more = (byte(1) & 0x80U) != 0;
    begin = more ? 3 : 2;
    size = more ? (byte(1) & 0x7fU) | byte(2) << 7U : byte(1);
  }
  if (size > kMostName || begin + size > rest.size()) return {};
  std::string text(size, '\0');
  std::memcpy(text.data(), rest.data() + begin, size);
  return text;
}

std::string TypeBytes::text_at_offset(std::int32_t offset) const {
  return offset <= 0 ? std::string() : text(types_.begin + static_cast<Address>(offset));
}

// A type and the pointer to it share one text, "*main.Hub"; a flag says who has to leave the star
// out.
std::string TypeBytes::name(Address type) const {
  const Fields fields(at(type, layout_.type.size));
  std::string name = text_at_offset(fields.at<std::int32_t>(layout_.type.str));
  const bool star = (fields.at<std::uint8_t>(layout_.type.tflag) & kExtraStar) != 0;
  if (star && name.starts_with('*')) name.erase(0, 1);
  return name;
}

std::string TypeBytes::package(Address type) const {
  const Fields fields(at(type, layout_.type.size));
  if ((fields.at<std::uint8_t>(layout_.type.tflag) & kUncommon) == 0) return {};
  if (kind(type) != TypeKind::structure) return {};
  const Fields beside(
      at(type + static_cast<Address>(layout_.struct_type.size), layout_.uncommon_type.size));
  return text_at_offset(beside.at<std::int32_t>(layout_.uncommon_type.pkg_path));
}

Address TypeBytes::element(Address type) const {
  switch (kind(type)) {
    case TypeKind::array:
      return Fields(at(type, layout_.array_type.size)).address(layout_.array_type.elem);
    case TypeKind::pointer:
      return Fields(at(type, layout_.ptr_type.size)).address(layout_.ptr_type.elem);
    default:
      return 0;
  }
}

TypeField TypeBytes::field(std::span<const std::byte> bytes) const {
  const Fields words(bytes);
  const Address name = words.address(layout_.struct_field.name);
  TypeField field{.name = text(name),
                  .type = words.address(layout_.struct_field.typ),
                  .offset = words.at<std::uint64_t>(layout_.struct_field.offset),
                  .embedded = false};
  if (layout_.version >= kOffsetIsPlain) {
    field.embedded = (Fields(at(name, 1)).at<std::uint8_t>(0) & kEmbedded) != 0;
  } else {
    field.embedded = (field.offset & 1U) != 0;
    field.offset >>= 1U;
  }
  return field;
}

std::vector<TypeField> TypeBytes::fields(Address type) const {
  if (kind(type) != TypeKind::structure) return {};
  const Fields words(at(type, layout_.struct_type.size));
  const Address first = words.address(layout_.struct_type.fields);
  const auto count = words.at<std::uint64_t>(layout_.struct_type.fields + 8);
  if (count > kMostFields) return {};
  std::vector<TypeField> fields;
  const auto step = static_cast<Address>(layout_.struct_field.size);
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto bytes = at(first + i * step, layout_.struct_field.size);
    if (bytes.empty()) return {};
    fields.push_back(field(bytes));
    // Bytes that only look like a type fail here.
    const bool ascends = i == 0 || fields[i - 1].offset <= fields[i].offset;
    if (!ascends || fields[i].offset > size(type)) return {};
  }
  return fields;
}

// There is a list of types (typelinks) to go1.26, but not of all; so every place that may be one is
// tried. What is none has fields that make no sense, and names nothing.
std::vector<Address> TypeBytes::named_structs() const {
  constexpr std::uint8_t kWanted = kUncommon | kNamed;
  const auto kind_at = static_cast<std::size_t>(layout_.type.kind);
  const auto flags_at = static_cast<std::size_t>(layout_.type.tflag);
  const auto room = static_cast<std::size_t>(layout_.struct_type.size) +
                    static_cast<std::size_t>(layout_.uncommon_type.size);
  std::vector<Address> found;
  for (std::size_t i = 0; i + room <= bytes_.size(); i += kAlignment) {
    const auto kind = std::to_integer<std::uint8_t>(bytes_[i + kind_at]) & kKindMask;
    const auto flags = std::to_integer<std::uint8_t>(bytes_[i + flags_at]) & kWanted;
    if (kind != static_cast<std::uint8_t>(TypeKind::structure) || flags != kWanted) continue;
    const Address type = types_.begin + i;
    const Address first =
        Fields(at(type, layout_.struct_type.size)).address(layout_.struct_type.fields);
    if (contains(first)) found.push_back(type);
  }
  return found;
}

}  // namespace goknot::target
