// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/memory.h"

#include <absl/container/flat_hash_map.h>

#include <utility>

namespace goknot::target {

// The objects of a snapshot that memory knows by their address, each one row: whoever waits for one
// and whoever holds it mean the same row. Two kinds at one address are two objects, as an RWMutex
// and the Mutex it begins with.
class ObjectTable {
 public:
  // The snapshot must outlive the table.
  explicit ObjectTable(Snapshot& snapshot) : snapshot_(snapshot) {}

  // The row of an object, new or known.
  ObjectId add(Address address, ObjectKind kind);
  // Lets an object be found by the address and kind of a part of it, too, unless that part is an
  // object already: the mutex in a sync.Once.
  void add_part(ObjectId object, Address address, ObjectKind kind);
  // Its row, none if nobody added it.
  ObjectId find(Address address, ObjectKind kind) const;
  // What is known of its inside, to be filled in. Valid until the next call for another object.
  ObjectState& state(ObjectId object);

 private:
  Snapshot& snapshot_;
  absl::flat_hash_map<std::pair<Address, ObjectKind>, ObjectId> rows_;
};

}  // namespace goknot::target
