// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

namespace goknot {

// A number that knows what it numbers: the index of a `T` in the table of its owner.
// Default: none.
template <typename T>
struct Id {
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  std::uint32_t value = kNone;

  constexpr Id() = default;
  constexpr explicit Id(std::size_t index) : value(static_cast<std::uint32_t>(index)) {}

  // Whether it numbers anything.
  constexpr explicit operator bool() const { return value != kNone; }
  // As an index of a vector.
  constexpr std::size_t index() const { return value; }

  friend constexpr auto operator<=>(Id, Id) = default;

  template <typename H>
  friend H AbslHashValue(H state, Id id) {
    return H::combine(std::move(state), id.value);
  }
};

}  // namespace goknot
