// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot::output {

// What pprof has no place for, as labels and comments of a profile; the names are in
// model/profile_labels.h. Points into the snapshot.
class ProfileRows {
 public:
  explicit ProfileRows(const Snapshot& snapshot);

  // The flags of a goroutine: "system leaked".
  std::string flags(const Goroutine& goroutine) const;
  // The arguments of its frames, one line for each.
  std::string arguments(const Goroutine& goroutine) const;
  // Labels, with their keys, for the waits, holds, ancestors, … of a row.
  std::vector<std::pair<std::string_view, std::string>> labels(std::uint32_t row) const;
  // Comments for everything that belongs to no goroutine.
  std::vector<std::string> comments() const;

 private:
  const Snapshot& snapshot_;
  // By row of the goroutine.
  std::vector<std::vector<std::uint32_t>> waits_, holds_, deferred_, references_, outside_,
      ancestors_;
};

}  // namespace goknot::output
