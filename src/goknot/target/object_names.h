// SPDX-License-Identifier: Apache-2.0
// Four ways, the surest first; each may find that it is not sure, which ends it:
//
//     by_receiver   a method (h *Hub) is on the stack and h is shown: the lock is h + offset of mu,
//                   or a field of *h, or of a struct that *h points to, holds its address
//     by_slot       the lock lies in an object of the heap: of the type its header names (go1.22),
//                   or of the only type on the stack that has the size of the slot
//     by_pointers   a struct that the stack points to has a field that holds the address
//     by_word       somewhere in the heap such a field holds it, in an object of fitting size
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/heap/stack_pointers.h"
#include "goknot/target/memory.h"
#include "goknot/target/program.h"

#include <vector>

namespace goknot::target {

// Names objects of a snapshot after the fields they are, or are referred to by: "Hub.mu",
// "Pool.work". Types are those whose methods are on the stacks of those who use an object, or those
// that the heap itself notes (go1.22, objects of more than 512 bytes); their fields are told by the
// descriptions in memory, which stripped programs have too. Values are found by the receivers that
// stacks show, by the pointers on them, and by the limits of objects in the heap. Only what must be
// that field is named, and names that are there already stay. Of very many objects only those are
// looked at that most goroutines use.
void name_fields(const Memory& memory, const Program& program, const StackPointers& pointers,
                 Snapshot& snapshot);

// What is needed of a program for that.
struct NamingInput {
  const Memory& memory;
  const Layout& layout;
  const Module& module;      // the one with the runtime
  std::vector<Range> types;  // where the descriptions of all modules are
  const StackPointers& pointers;
};

// The same.
void name_fields(const NamingInput& input, Snapshot& snapshot);

}  // namespace goknot::target
