// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <vector>

namespace goknot::target {

// Goroutines by what could wake them: each is met when that is reached, and not in every round.
// The rows of one thing are a list through links_, the newest first: a hundred thousand goroutines
// that wait for one channel take one entry of the map, not a vector each.
class Sleepers {
 public:
  // A goroutine, by its row, could be woken by way of something that has this number.
  void add(std::uint64_t what, std::uint32_t row);
  // Those that could be woken by way of it, each time they were added. They are given once.
  std::vector<std::uint32_t> take(std::uint64_t what);

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;

  struct Link {
    std::uint32_t row = 0;
    std::uint32_t next = kNone;  // in links_
  };

  absl::flat_hash_map<std::uint64_t, std::uint32_t> first_;  // in links_
  std::vector<Link> links_;
};

}  // namespace goknot::target
