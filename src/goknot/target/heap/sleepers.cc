// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/sleepers.h"

#include <utility>

namespace goknot::target {

void Sleepers::add(std::uint64_t what, std::uint32_t row) {
  const auto [first, is_new] = first_.try_emplace(what, kNone);
  const std::uint32_t next =
      std::exchange(first->second, static_cast<std::uint32_t>(links_.size()));
  links_.push_back({row, next});
}

std::vector<std::uint32_t> Sleepers::take(std::uint64_t what) {
  std::vector<std::uint32_t> rows;
  const auto first = first_.find(what);
  if (first == first_.end()) return rows;
  for (std::uint32_t at = first->second; at != kNone; at = links_[at].next) {
    rows.push_back(links_[at].row);
  }
  first_.erase(first);
  return rows;
}

}  // namespace goknot::target
