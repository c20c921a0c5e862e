// SPDX-License-Identifier: Apache-2.0
// Stacks of many goroutines that are alike, for people.
#pragma once

#include "goknot/model/diagnosis.h"
#include "goknot/model/snapshot.h"
#include "goknot/output/pen.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace goknot::output {

// How much of a group's stack is shown.
enum class StackDetail : std::uint8_t {
  top,    // from the innermost frame to the second of the user's own
  whole,  // all of it, and the goroutines' ids
};

// How stacks are drawn.
struct StackRoom {
  std::size_t width = 100;
  StackDetail detail = StackDetail::whole;
};

// One group with its stack, ready to print:
//
//   s1  820 × sync.Mutex.Lock, 14 min
//         sync.(*Mutex).Lock           mutex.go:90
//       ▸ node.(*Hub).Subscribe        hub.go:51
//         started by main.main         main.go:12
std::string group_text(const GroupView& group, const Pen& pen, const StackRoom& room);

}  // namespace goknot::output
