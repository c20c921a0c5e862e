// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"

namespace goknot {

// Whether one operation on a channel ends the wait for another: a send that for a receive, and the
// other way round.
constexpr bool answers(Operation one, Operation waiting) {
  return (one == Operation::receive && waiting == Operation::send) ||
         (one == Operation::send && waiting == Operation::receive);
}

}  // namespace goknot
