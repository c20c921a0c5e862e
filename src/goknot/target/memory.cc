// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/memory.h"

#include <algorithm>

namespace goknot::target {

const Region* Memory::region_of(Address address) const {
  const std::span<const Region> all = regions();
  const auto after = std::ranges::upper_bound(all, address, {}, &Region::begin);
  if (after == all.begin()) return nullptr;
  const Region& region = *(after - 1);
  return region.contains(address) ? &region : nullptr;
}

}  // namespace goknot::target
