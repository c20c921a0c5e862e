// SPDX-License-Identifier: Apache-2.0
// Reads members of JSON objects that may be missing, or something else than is expected.
#pragma once

#include "goknot/base/json.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace goknot::source {

// A member of an object; null if it is not there.
inline const Json& member(const Json& json, std::string_view key) {
  static const Json kNull;
  const Json* found = json.find(key);
  return found == nullptr ? kNull : *found;
}

// A text; empty for anything else.
inline std::string_view text(const Json& json, std::string_view key) {
  return member(json, key).string_or("");
}

// A number within 32 bits; 0 for anything else.
inline std::uint32_t small(const Json& value) {
  const std::uint64_t number = value.uint_or(0);
  return number > std::numeric_limits<std::uint32_t>::max() ? 0
                                                            : static_cast<std::uint32_t>(number);
}
inline std::uint32_t small(const Json& json, std::string_view key) {
  return small(member(json, key));
}

// A number from 0 to the largest of 31 bits; `otherwise` if there is none.
inline std::int32_t small_or(const Json& json, std::string_view key, std::int32_t otherwise) {
  const std::int64_t value = member(json, key).int_or(-1);
  const bool fits = value >= 0 && value <= std::numeric_limits<std::int32_t>::max();
  return fits ? static_cast<std::int32_t>(value) : otherwise;
}

// Sets a value if the member is there and of its kind.
inline void read_optional(const Json& json, std::string_view key,
                          std::optional<std::int64_t>& value) {
  if (const Json& found = member(json, key); found.is_number()) value = found.int_or(0);
}
inline void read_optional(const Json& json, std::string_view key,
                          std::optional<std::uint64_t>& value) {
  if (const Json& found = member(json, key); found.is_number()) value = found.uint_or(0);
}
inline void read_optional(const Json& json, std::string_view key, std::optional<double>& value) {
  if (const Json& found = member(json, key); found.is_number()) value = found.double_or(0);
}
inline void read_optional(const Json& json, std::string_view key, std::optional<bool>& value) {
  if (const Json& found = member(json, key); found.is_bool()) value = found.bool_or(false);
}

}  // namespace goknot::source
