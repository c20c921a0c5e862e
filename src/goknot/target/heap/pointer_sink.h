// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/memory.h"

namespace goknot::target {

// Takes pointers as they are found on a stack.
// One interface, because the same walk over a stack serves three: the marker, which marks at once;
// the collector of stack_pointers.h, which notes for later; and referrers.cc, which follows one
// goroutine.
class PointerSink {
 public:
  PointerSink() = default;
  PointerSink(const PointerSink&) = delete;
  PointerSink& operator=(const PointerSink&) = delete;
  virtual ~PointerSink() = default;

  virtual void add_root(Address address) = 0;
};

}  // namespace goknot::target
