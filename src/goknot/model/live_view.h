// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace goknot {

// A program that goes on while it is diagnosed. Asked again about what a finding rests on, so that
// the finding is true of one instant.
class LiveView {
 public:
  LiveView() = default;
  LiveView(const LiveView&) = delete;
  LiveView& operator=(const LiveView&) = delete;
  virtual ~LiveView() = default;

  // Which of these goroutines (rows of the snapshot) have run since they were copied, or ended. The
  // others stood where they stood all the while.
  virtual std::vector<std::uint32_t> moved(std::span<const std::uint32_t> rows) const = 0;
};

}  // namespace goknot
