// SPDX-License-Identifier: Apache-2.0
// Who uses the objects that have no name yet, and from where.
#pragma once

#include "goknot/model/snapshot.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace goknot::target {

// An object without a name, and some of the goroutines that wait for it or hold it.
struct UsedObject {
  ObjectId object;
  std::uint64_t users = 0;
  std::vector<std::uint32_t> rows;
};

// Such objects, at most so many: those that most goroutines use come first.
std::vector<UsedObject> nameless_objects(const Snapshot& snapshot, std::size_t most);

// A type that a goroutine is in a method of, or in a closure of one. Points into the snapshot.
struct Receiver {
  std::string_view package, type;
  std::optional<std::uint64_t> address;  // of the value, or what its place holds by now; none: not
                                         // shown
};

// The receivers on the stack of a goroutine and of the function that started it, innermost first.
// Those of Go's own synchronisation are left out.
std::vector<Receiver> receivers_of(const Snapshot& snapshot, std::uint32_t row);

}  // namespace goknot::target
