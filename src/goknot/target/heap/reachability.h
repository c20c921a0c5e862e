// SPDX-License-Identifier: Apache-2.0
// Which blocked goroutines can never be woken, because nothing that can still run refers to what
// they wait for. What the leak detector of go1.26 does (runtime/mgc.go findGoroutineLeaks), from
// outside.
//
// In Go terms: of
//
//     func ask() error {
//         answer := make(chan error)
//         go func() { answer <- work() }()
//         select {
//         case err := <-answer: return err
//         case <-time.After(time.Second): return errTimeout
//         }
//     }
//
// the sender is left behind after a second. Its channel is known to it alone, and it is parked:
// nobody can ever receive. So a pass marks from the goroutines that can run, not from all; whoever
// waits for something that gets marked might be woken, and is marked from in turn, until nobody is
// added. The rest is unreachable.
//
// The order of a pass: read who is there; sort out who is blocked; mark from variables, finalizers
// and registers; from goroutines that are not in the snapshot; from those that are alive; and again
// from those that this has woken.
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/heap/census.h"
#include "goknot/target/heap/stack_pointers.h"
#include "goknot/target/memory.h"
#include "goknot/target/program.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace goknot::target {

// What one pass over the heap showed.
struct Reachability {
  std::vector<std::uint32_t> unreachable;  // rows of the snapshot, sorted
  bool complete = false;          // everything was read; if not, nothing is said to be unreachable
  bool hit_limit = false;         // not complete, for the heap is larger than the limit
  bool out_of_time = false;       // not complete, for it took too long
  std::vector<Address> unparked;  // goroutines never seen lying still, sorted: a register may hold
                                  // what their stacks do not show
  std::uint64_t heap_bytes = 0;   // of the heap's spans that hold pointers
};

// What a pass rests on, and how far it may go.
struct PassInput {
  const Snapshot& snapshot;
  std::span<const Mark> marks;
  const StackPointers& pointers;
  std::span<const Address> words = {};  // in registers; any may refer to an object
  std::span<const Present> census;      // taken just before
  std::uint64_t most_bytes = 0;         // of heap that may be copied
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  int looks = 1;  // at a goroutine that does not lie still
};

// One pass over the heap.
class HeapPass {
 public:
  // Memory, program and what the input refers to must outlive it.
  HeapPass(const Memory& memory, const Program& program, const PassInput& input);
  ~HeapPass();

  // Marks from all roots, once. A goroutine counts as blocked if all it waits for is known by
  // address; what moved since the snapshot counts as alive, and so does who was born since.
  Reachability find_unreachable();
  // After that: the bytes of heap that each of some unreachable goroutines keeps, and neither who
  // is alive nor those before it do. None if the heap cannot be followed that far.
  std::optional<std::vector<std::uint64_t>> weigh(std::span<const std::uint32_t> rows);

 private:
  class Work;
  std::unique_ptr<Work> work_;  // none if the heap's spans cannot be found
};

}  // namespace goknot::target
