// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/analysis/scene.h"

#include <cstdint>

namespace goknot::analysis {

// How a group changed over the looks at one process.
struct Growth {
  std::uint64_t at_first = 0;  // its goroutines in the first look
  std::uint32_t looks = 1;     // this one included
  bool never_shrank = true;
  bool none_left = true;  // every goroutine of the group seen before is still there
};

// The history of one group of the scene. Cost: the goroutines of all earlier looks.
Growth find_growth(const Scene& scene, std::size_t group);

// Whether a group at least doubled since the first look, by ten or more, and never shrank: fewer
// are the ordinary coming and going.
bool has_grown(const Scene& scene, std::size_t group);

}  // namespace goknot::analysis
