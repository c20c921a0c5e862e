// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/sketch.h"

#include <string>
#include <string_view>

namespace goknot::testing_support {

// A dump of two goroutines that wait for one lock of a Hub, at 0xc000020000, and somebody else.
inline std::string hub_and(std::string_view other) {
  return sketch(std::string(other) + R"(
    30-31 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:50
      by main.serve in 1)");
}

}  // namespace goknot::testing_support
