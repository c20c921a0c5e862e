// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace goknot {

// Brings rows into another order: row i becomes what row order[i] was. The order has each row once.
// They are moved where they are, for memory touched anew is dear.
template <typename Row>
void reorder(std::span<const std::uint32_t> order, std::vector<Row>& rows) {
  std::vector<bool> placed(rows.size());
  for (std::uint32_t first = 0; first < rows.size(); ++first) {
    if (placed[first]) continue;
    Row moved = std::move(rows[first]);
    std::uint32_t at = first;
    for (; order[at] != first; at = order[at]) {
      rows[at] = std::move(rows[order[at]]);
      placed[at] = true;
    }
    rows[at] = std::move(moved);
    placed[at] = true;
  }
}

}  // namespace goknot
