// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace goknot {

// Which objects the methods on stacks belong to, as far as the arguments of a dump show it. Since
// go1.17 arguments come in registers, and the slot that is printed may hold what was there before:
// go1.18 marks such a word with "?" (runtime/traceback.go printArgs, isLive), go1.17 does not. If
// just one object of a type is shown beyond doubt, a doubtful word with its address is taken for
// it.
class Receivers {
 public:
  // The snapshot must outlive it. Nothing is read before it is asked for.
  explicit Receivers(const Snapshot& snapshot);

  // The receiver of the method with a pointer receiver at a depth of a goroutine's stack. None if
  // that is not known; nor from memory, where nothing need be guessed.
  std::optional<std::uint64_t> at(const Goroutine& goroutine, std::uint32_t depth);
  // The only object of the type whose method a function is that is shown beyond doubt; none if
  // there are several, or none. From text only.
  std::optional<std::uint64_t> only_one(StringId function);

 private:
  using Type = std::pair<std::string_view, std::string_view>;  // package and name; empty: none

  // Whether doubtful words have a mark; if not, all are.
  bool marked();
  Type type_of(StringId function);
  std::optional<std::uint64_t> only_one_of(const Type& type);
  std::optional<std::uint64_t> find_only_one(const Type& type);

  const Snapshot& snapshot_;
  std::optional<bool> marked_;
  absl::flat_hash_map<StringId, Type> types_;                          // by function
  absl::flat_hash_map<Type, std::optional<std::uint64_t>> only_ones_;  // by type
};

}  // namespace goknot
