// SPDX-License-Identifier: Apache-2.0
// The methods that goroutines are in, and the objects they are called on.
#pragma once

#include "goknot/model/receivers.h"
#include "goknot/model/snapshot.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <cstdint>
#include <optional>

namespace goknot::analysis {

// Remembers what names of functions say, and reads arguments only when they are asked for.
class Methods {
 public:
  // The snapshot must outlive it.
  explicit Methods(const Snapshot& snapshot) : snapshot_(snapshot), receivers_(snapshot) {}

  // "main.Hub" of main.(*Hub).Add and of the closures in it; none for functions, for methods of the
  // standard library, and for types of which no string of the snapshot is the name.
  StringId type_of(StringId function);
  bool is_closure(StringId function);
  // The first argument of a frame: as it is printed, if nothing is against it, or as others show
  // it.
  std::optional<std::uint64_t> receiver_at(const Goroutine& goroutine, std::uint32_t depth);
  // The only object of the type whose method a function is (Receivers::only_one).
  std::optional<std::uint64_t> only_receiver(StringId function) {
    return receivers_.only_one(function);
  }
  // The objects of a type, as far as the first goroutines show them to be in its methods.
  const absl::flat_hash_set<std::uint64_t>& seen_receivers(StringId type);

 private:
  void note_receivers();

  const Snapshot& snapshot_;
  Receivers receivers_;
  bool noted_ = false;
  absl::flat_hash_map<StringId, bool> closures_;
  absl::flat_hash_map<StringId, StringId> types_;  // by function
  absl::flat_hash_map<StringId, absl::flat_hash_set<std::uint64_t>> seen_;
};

}  // namespace goknot::analysis
