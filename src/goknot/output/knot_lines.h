// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/diagnosis.h"
#include "goknot/output/pen.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace goknot::output {

// How much room a drawn tree has.
struct KnotRoom {
  std::size_t width = 100;  // columns, the indentation included
  std::size_t lines = 0;    // at most so many, the last one counting what is left out; 0: no limit
  std::size_t indent = 2;
};

// Draws "who waits for whom": one row per role, children below their parent behind a branch,
// functions and file:line in fixed columns.
//
//   418  holds Hub.mu for reading    node.(*Hub).broadcastToStream   hub.go:350
//   ├ 13 wait to read-lock Hub.mu    node.(*Hub).broadcastToStream   hub.go:355
//   └ 88 wait to write-lock Hub.mu   node.(*Hub).Add                 hub.go:281
std::vector<std::string> knot_lines(std::span<const Knot> roots, const Pen& pen,
                                    const KnotRoom& room);

}  // namespace goknot::output
