// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace goknot {

// Something that could not be read although the rest was. Every output counts them.
struct Gap {
  std::string where;  // "line 812", "goroutine 17"
  std::string what;   // "the dump ends in the middle of a stack"
  std::string hides;  // what that may hide: "goroutines after this one"
};

}  // namespace goknot
