// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/json.h"
#include "goknot/model/snapshot.h"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace goknot::output {

// Every goroutine of a snapshot as a JSON value, one after another. The snapshot must outlive it.
class GoroutineRows {
 public:
  explicit GoroutineRows(const Snapshot& snapshot);

  std::size_t size() const { return snapshot_.goroutines.size(); }
  // Row `index` with its frames, arguments, waits, holds and labels. Ascending calls are cheap.
  Json row(std::size_t index) const;

 private:
  Json frames(const Goroutine& goroutine) const;
  Json creator(const Goroutine& goroutine) const;
  Json labels(const Goroutine& goroutine) const;
  Json waits(std::size_t index) const;
  Json holds(std::size_t index) const;
  Json deferred(std::size_t index) const;
  Json ancestors(std::size_t index) const;
  Json object(ObjectId id) const;

  const Snapshot& snapshot_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> holds_;  // goroutine, row of holds; sorted
};

}  // namespace goknot::output
