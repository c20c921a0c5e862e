// SPDX-License-Identifier: Apache-2.0
// What the runtime has noted about single objects of the heap: finalizers, cleanups and the like.
// Go: runtime/mheap.go type special, in a list for each span.
#pragma once

#include "goknot/target/heap/spans.h"
#include "goknot/target/layouts/layout.h"
#include "goknot/target/memory.h"

#include <absl/functional/function_ref.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace goknot::target {

// One such record.
struct Special {
  std::int32_t kind = 0;              // see Layout::special_kind
  Address object = 0;                 // that it is about
  std::span<const std::byte> record;  // from the special on, to the end of the largest kind
};

// Gives all of them to `take`, those of one span in their order. False if a list cannot be read to
// its end.
bool for_each_special(const Memory& memory, const Layout& layout, const Spans& spans,
                      absl::FunctionRef<void(const Special&)> take);

}  // namespace goknot::target
