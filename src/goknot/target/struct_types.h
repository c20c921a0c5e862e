// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/layouts/layout.h"
#include "goknot/target/memory.h"
#include "goknot/target/module.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::target {

// One field of a struct.
struct StructField {
  std::string name;
  Address type = 0;          // its description
  std::uint64_t offset = 0;  // bytes from the beginning of the struct
};

// Struct types of a program, with their fields, read from the descriptions that reflection uses:
// they are there in stripped programs, too, for every type of which a value was allocated or
// converted to an interface. Go: internal/abi/type.go StructType; runtime/type.go to 1.20.
class StructTypes {
 public:
  // Looks for the types of these names, without the path of their package: "node.Hub", among the
  // descriptions of each module (Module::types). Neither memory nor layout is copied.
  StructTypes(const Memory& memory, const Layout& layout, std::vector<Range> modules,
              const absl::flat_hash_set<std::string>& names);

  // The descriptions of the types of that name: several where packages share a name.
  std::span<const Address> find(std::string_view name) const;
  // The fields of the struct described at `type`, in order; empty if it is none.
  std::vector<StructField> fields(Address type) const;
  // The path of the field that begins at `offset` and is of the type `wanted`: "mu", "cache.mu" for
  // one of a nested struct. None if there is no such field.
  std::optional<std::string> path_to(Address type, std::uint64_t offset,
                                     std::string_view wanted) const;
  // The name of a type: "sync.Mutex"; empty if that is no description of one.
  std::string name(Address type) const;

 private:
  void search(const Range& types, const absl::flat_hash_set<std::string>& names);
  std::optional<std::string> walk(Address type, std::uint64_t offset, std::string_view wanted,
                                  int depth) const;
  std::string read_name(const Range& types, std::span<const std::byte> bytes) const;
  std::string name_at(Address name) const;

  const Memory& memory_;
  const Layout& layout_;
  std::vector<Range> modules_;
  absl::flat_hash_map<std::string, std::vector<Address>> found_;
};

}  // namespace goknot::target
