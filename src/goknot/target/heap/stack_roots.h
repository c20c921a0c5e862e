// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/batch.h"
#include "goknot/target/code.h"
#include "goknot/target/heap/pointer_sink.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace goknot::target {

// Which slots of an activation hold pointers that will be used again, as the compiler noted it for
// the collector. Offsets in bytes. Go: runtime/stkframe.go getStackMap.
struct StackMap {
  // A variable whose address was taken: it counts only if something points to it.
  struct Variable {
    std::int64_t offset = 0;  // from the locals' base if negative, else from the first argument
    std::uint64_t size = 0;
  };
  bool known = false;                   // false: any slot may hold a pointer
  std::vector<std::int64_t> locals;     // from Activation::variables, negative
  std::vector<std::int64_t> arguments;  // from Activation::arguments
  std::vector<Variable> variables;
};

// Finds what goroutines refer to from their stacks: the live slots alone, so that what a function
// has done with is not taken for needed.
// A channel that a function has used for the last time still stands in a slot of its frame. The
// compiler's maps say for each call which slots are used again; without them every leaked goroutine
// would keep its own partner alive. Where there is no map, or a signal came in between two calls,
// all words count: that may hide a leak, never invent one.
class StackRoots {
 public:
  // Neither is copied.
  StackRoots(Code& code, PointerSink& sink) : code_(code), sink_(sink) {}

  // Hands the pointers of a stack that lies still to the sink. It must have been walked to its end.
  void add(const Specimen& specimen);

 private:
  // A variable of some activation that may yet be pointed to.
  struct Found {
    Address begin = 0;
    std::uint64_t size = 0;
    bool seen = false;
  };

  const StackMap& map_of(const Site& site);
  StackMap read_map(const Site& site) const;
  std::optional<std::vector<std::int64_t>> read_slots(const Site& site,
                                                      std::int32_t funcdata) const;
  std::vector<StackMap::Variable> read_variables(const Site& site) const;
  void add_records(const Specimen& specimen);
  void add_deferred_arguments(const Copy& stack, Address record);
  void add_activation(const Specimen& specimen, std::size_t index);
  void add_all(const Copy& stack, Address begin, Address end);
  void add_slot(const Copy& stack, Address address);
  void add_pointer(const Copy& stack, Address pointer);
  void follow(const Copy& stack);

  Code& code_;
  PointerSink& sink_;
  absl::flat_hash_map<const Site*, StackMap> maps_;
  std::vector<Found> found_;
  std::vector<Address> into_stack_;
};

}  // namespace goknot::target
