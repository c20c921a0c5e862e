// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/struct_types.h"

#include "goknot/target/fields.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace goknot::target {

namespace {

constexpr std::uint64_t kMostTypes = 256U << 20U;  // bytes of descriptions
constexpr std::size_t kChunk = 1U << 20U;          // bytes looked through at once
constexpr std::size_t kWord = 8;
constexpr std::uint8_t kKindMask = 31;  // internal/abi/type.go KindMask
constexpr std::uint8_t kStruct = 25;    // … Struct
constexpr std::uint8_t kNamed = 4;      // … TFlagNamed
constexpr std::uint8_t kExtraStar = 2;  // … TFlagExtraStar
constexpr std::size_t kFields = 8;      // of StructType behind its Type: PkgPath, then Fields
constexpr std::size_t kFieldSize = 24;  // StructField: Name, Typ, Offset
constexpr std::uint64_t kMostFields = 2000;
constexpr int kMostDepth = 6;
// To 1.18 the offset stood one bit to the left, beside whether the field is embedded.
constexpr GoVersion kOffsetIsPlain{19, 0};
constexpr GoVersion kLengthIsVarint{17, 0};

std::uint8_t byte_at(std::span<const std::byte> bytes, std::size_t at) {
  return std::to_integer<std::uint8_t>(bytes[at]);
}

}  // namespace

StructTypes::StructTypes(const Memory& memory, const Layout& layout, std::vector<Range> modules,
                         const absl::flat_hash_set<std::string>& names)
    : memory_(memory), layout_(layout), modules_(std::move(modules)) {
  if (names.empty()) return;
  for (const Range& types : modules_) search(types, names);
}

std::string StructTypes::name(Address type) const {
  const auto module =
      std::ranges::find_if(modules_, [type](const Range& types) { return types.contains(type); });
  std::vector<std::byte> bytes(static_cast<std::size_t>(layout_.type.size));
  if (module == modules_.end() || !memory_.read(type, bytes)) return {};
  return read_name(*module, bytes);
}

// Every aligned place that may hold the description of a named struct is asked for its name.
void StructTypes::search(const Range& types, const absl::flat_hash_set<std::string>& names) {
  if (types.size() > kMostTypes) return;
  const auto size = static_cast<std::size_t>(layout_.type.size);
  const auto kind = static_cast<std::size_t>(layout_.type.kind);
  const auto flags = static_cast<std::size_t>(layout_.type.tflag);
  std::vector<std::byte> bytes(std::min<std::uint64_t>(kChunk, types.size()));
  // Chunks overlap by a description.
  for (Address begin = types.begin; begin + size <= types.end; begin += kChunk - 2 * size) {
    const std::uint64_t room = std::min<std::uint64_t>(bytes.size(), types.end - begin);
    const std::size_t got = memory_.read_some(begin, std::span(bytes).first(room));
    for (std::size_t at = 0; at + size <= got; at += kWord) {
      if ((byte_at(bytes, at + kind) & kKindMask) != kStruct) continue;
      if ((byte_at(bytes, at + flags) & kNamed) == 0) continue;
      const std::string name = read_name(types, std::span(bytes).subspan(at, size));
      if (!names.contains(name)) continue;
      std::vector<Address>& known = found_[name];
      if (std::ranges::find(known, begin + at) == known.end()) known.push_back(begin + at);
    }
    if (got < room || kChunk <= 2 * size) break;
  }
}

std::span<const Address> StructTypes::find(std::string_view name) const {
  const auto found = found_.find(std::string(name));
  if (found == found_.end()) return {};
  return found->second;
}

// The name that the bytes of a description lead to; empty if they are none.
std::string StructTypes::read_name(const Range& types, std::span<const std::byte> bytes) const {
  const Fields fields(bytes);
  const auto offset = fields.at<std::int32_t>(layout_.type.str);
  if (offset <= 0 || static_cast<Address>(offset) >= types.size()) return {};
  std::string name = name_at(types.begin + static_cast<Address>(offset));
  const bool star = (fields.at<std::uint8_t>(layout_.type.tflag) & kExtraStar) != 0;
  if (star && name.starts_with('*')) name.erase(0, 1);
  return name;
}

// Flags, the length as a varint (two bytes before 1.17, the high one first), the name itself.
std::string StructTypes::name_at(Address name) const {
  std::array<std::byte, 128> text{};
  const std::size_t got = memory_.read_some(name, text);
  if (got < 4) return {};
  std::size_t begin = 2;
  std::size_t length = byte_at(text, 1);
  if (layout_.version < kLengthIsVarint) {
    begin = 3;
    length = length << 8U | byte_at(text, 2);
  }
  if (length >= 0x80 || begin + length > got) return {};
  std::string result(length, '\0');
  std::memcpy(result.data(), text.data() + begin, length);
  return result;
}

std::vector<StructField> StructTypes::fields(Address type) const {
  std::vector<StructField> result;
  const auto kind = memory_.read<std::uint8_t>(type + static_cast<Address>(layout_.type.kind));
  if (!kind || (*kind & kKindMask) != kStruct) return result;
  const Address at = type + static_cast<Address>(layout_.type.size) + kFields;
  const auto first = memory_.read<Address>(at);
  const auto count = memory_.read<std::uint64_t>(at + kWord);
  if (!first || !count || *count > kMostFields) return result;
  std::vector<std::byte> bytes(*count * kFieldSize);
  if (!memory_.read(*first, bytes)) return result;
  for (std::size_t i = 0; i < *count; ++i) {
    const auto offset = load<std::uint64_t>(bytes, i * kFieldSize + 2 * kWord);
    result.push_back({.name = name_at(load<Address>(bytes, i * kFieldSize)),
                      .type = load<Address>(bytes, i * kFieldSize + kWord),
                      .offset = layout_.version < kOffsetIsPlain ? offset >> 1U : offset});
  }
  return result;
}

std::optional<std::string> StructTypes::walk(Address type, std::uint64_t offset,
                                             std::string_view wanted, int depth) const {
  if (depth == 0) return std::nullopt;
  for (const StructField& field : fields(type)) {
    if (field.offset > offset || field.name.empty()) continue;
    if (field.offset == offset && name(field.type) == wanted) return field.name;
    const auto size = memory_.read<std::uint64_t>(field.type);
    if (!size || offset - field.offset >= *size) continue;
    if (const auto inner = walk(field.type, offset - field.offset, wanted, depth - 1)) {
      return field.name + "." + *inner;
    }
  }
  return std::nullopt;
}

std::optional<std::string> StructTypes::path_to(Address type, std::uint64_t offset,
                                                std::string_view wanted) const {
  return walk(type, offset, wanted, kMostDepth);
}

}  // namespace goknot::target
