// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/buffer.h"
#include "goknot/model/live_view.h"
#include "goknot/model/snapshot.h"

#include <memory>
#include <string_view>
#include <vector>

namespace goknot {

// Snapshots in the order they were taken or found, and the texts their argument spans point into.
struct Series {
  std::vector<std::unique_ptr<const Buffer>> texts;
  std::vector<Snapshot> snapshots;
  std::unique_ptr<const LiveView> live;  // of the last snapshot; null unless its program runs on
};

}  // namespace goknot
