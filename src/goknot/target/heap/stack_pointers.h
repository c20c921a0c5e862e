// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/batch.h"
#include "goknot/target/code.h"
#include "goknot/target/heap/pointer_sink.h"
#include "goknot/target/heap/stack_roots.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace goknot::target {

// What goroutines refer to from their stacks and from the g itself, noted while the stacks were
// read. It holds for as long as they do not run: nobody else writes to a parked stack.
// All pointers stand in one pool, a row knows its part of it: a hundred thousand small vectors
// would cost more than the pointers.
class StackPointers {
 public:
  // The pointers of a goroutine; none if they were not noted, or it may have run unseen.
  std::optional<std::span<const Address>> of(std::uint32_t row) const;
  // The next row: what some row of others is.
  void add(const StackPointers& others, std::uint32_t row);
  // The next row: a goroutine whose stack was not seen.
  void add_unknown() { rows_.emplace_back(); }
  // So many rows are to come, of which those that were added are a part.
  void make_room(std::size_t all);
  // Brings the rows into another order: row i becomes what row order[i] was.
  void reorder(std::span<const std::uint32_t> order);

 private:
  friend class StackPointerCollector;

  struct Row {
    std::uint64_t first = 0;
    std::uint32_t count = 0;
    bool known = false;
  };

  std::vector<Address> pool_;
  std::vector<Row> rows_;
};

// Notes the pointers of goroutines, one after the other. May be used while another thread uses the
// code.
class StackPointerCollector final : private PointerSink {
 public:
  // The code is not copied.
  explicit StackPointerCollector(Code& code) : layout_(code.layout()), roots_(code, *this) {}

  // Those of some goroutines, a row for each. Nothing is noted of those whose stacks did not lie
  // still, or that could run again without leaving a trace.
  StackPointers read(std::span<const Specimen> specimens);

 private:
  void add(const Specimen& specimen);
  void add_root(Address address) override;

  const Layout& layout_;
  StackRoots roots_;
  StackPointers pointers_;
};

// The pointers a g holds itself, which the collector follows besides its stack. Go:
// runtime/mgcmark.go scanstack; the g is an object of the heap.
void add_fields(const GoroutineRecord& record, PointerSink& sink);

}  // namespace goknot::target
