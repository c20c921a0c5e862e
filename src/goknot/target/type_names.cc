// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/type_names.h"

#include "goknot/target/fields.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace goknot::target {

namespace {

constexpr std::size_t kMostTypes = 4096;     // whoever has more is not asked any further
constexpr std::size_t kMostName = 512;       // bytes; the name of a struct without one can be long
constexpr std::uint8_t kExtraStar = 2;       // internal/abi/type.go TFlagExtraStar
constexpr GoVersion kLengthIsVarint{17, 0};  // until then two bytes, the high one first

// How long a name is and where it begins behind the flags. Go: internal/abi/type.go
// Name.ReadVarint.
struct Extent {
  std::size_t begin = 0;
  std::size_t size = 0;
};

Extent extent_of(std::span<const std::byte> bytes, bool varint) {
  const auto byte = [bytes](std::size_t at) { return std::to_integer<std::size_t>(bytes[at]); };
  if (!varint) return {3, byte(1) << 8U | byte(2)};
  if ((byte(1) & 0x80U) == 0) return {2, byte(1)};
  return {3, (byte(1) & 0x7fU) | byte(2) << 7U};
}

}  // namespace

const std::string& TypeNames::name(Address type) {
  const auto found = known_.find(type);
  if (found != known_.end()) return found->second;
  if (known_.size() >= kMostTypes) return known_.try_emplace(0).first->second;
  std::string text = read(type);
  return known_.try_emplace(type, std::move(text)).first->second;
}

std::string TypeNames::read(Address type) const {
  const auto table = std::ranges::find_if(
      tables_, [type](const FunctionTable& each) { return each.module().types.contains(type); });
  std::array<std::byte, 64> description{};
  const auto size = static_cast<std::size_t>(layout_.type.size);
  if (table == tables_.end() || size > description.size()) return {};
  if (!memory_.read(type, std::span(description).first(size))) return {};
  const Fields fields(description);
  const Range& types = table->module().types;
  const auto offset = fields.at<std::int32_t>(layout_.type.str);
  if (offset <= 0 || static_cast<Address>(offset) >= types.size()) return {};

  std::array<std::byte, 3 + kMostName> text{};
  const std::size_t got =
      memory_.read_some(types.begin + static_cast<Address>(offset), std::span(text));
  const Extent extent = extent_of(text, layout_.version >= kLengthIsVarint);
  if (extent.begin + extent.size > got || extent.size == 0) return {};
  std::string name(extent.size, '\0');
  std::memcpy(name.data(), text.data() + extent.begin, extent.size);
  const bool star = (fields.at<std::uint8_t>(layout_.type.tflag) & kExtraStar) != 0;
  if (star && name.starts_with('*')) name.erase(0, 1);
  return name;
}

}  // namespace goknot::target
