// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/layouts/layout.h"
#include "goknot/target/memory.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace goknot::target {

// The fields of a copied structure. Those a release does not have, and all of a structure that was
// not copied, read as 0.
class Fields {
 public:
  explicit Fields(std::span<const std::byte> bytes) : bytes_(bytes) {}

  explicit operator bool() const { return !bytes_.empty(); }
  template <typename T>
  T at(std::int32_t offset) const {
    const auto begin = static_cast<std::size_t>(offset);
    if (offset == kAbsent || begin + sizeof(T) > bytes_.size()) return T{};
    return load<T>(bytes_, begin);
  }
  Address address(std::int32_t offset) const { return at<Address>(offset); }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace goknot::target
