// SPDX-License-Identifier: Apache-2.0
// Takes off what logs, terminals, pages and issue trackers put around a goroutine dump.
#pragma once

#include "goknot/model/gap.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::source {

// A text and what was around it.
struct Clean {
  std::optional<std::string> text;  // none: the input is clean as it is
  std::vector<std::string> layers;  // what was taken off, outermost first: "cri", "json"
  std::vector<Gap> gaps;            // what was cut
};

// The plain dump inside `bytes`. Decided by content alone; what is around the dump stays where it
// can be read as lines. Costs next to nothing if the text begins like a dump; the result is at most
// about twice as long as the input.
Clean clean(std::string_view bytes);

}  // namespace goknot::source
