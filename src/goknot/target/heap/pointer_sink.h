// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/memory.h"

namespace goknot::target {

// Takes pointers as they are found on a stack.
class PointerSink {
 public:
  PointerSink() = default;
  PointerSink(const PointerSink&) = delete;
  PointerSink& operator=(const PointerSink&) = delete;
  virtual ~PointerSink() = default;

  virtual void add_root(Address address) = 0;
};

}  // namespace goknot::target
