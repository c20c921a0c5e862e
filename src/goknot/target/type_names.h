// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/function_table.h"
#include "goknot/target/layouts/layout.h"
#include "goknot/target/memory.h"

#include <absl/container/flat_hash_map.h>

#include <span>
#include <string>

namespace goknot::target {

// The names of types, read from their descriptions (runtime._type) once each.
class TypeNames {
 public:
  // Neither is copied: all must outlive the names.
  TypeNames(const Memory& memory, const Layout& layout, std::span<const FunctionTable> tables)
      : memory_(memory), layout_(layout), tables_(tables) {}

  // The name of the type described at `type`, as reflection has it: "*main.Job". Empty for types
  // made at run time and for what is no description of a type.
  const std::string& name(Address type);

 private:
  std::string read(Address type) const;

  const Memory& memory_;
  const Layout& layout_;
  std::span<const FunctionTable> tables_;
  absl::flat_hash_map<Address, std::string> known_;
};

}  // namespace goknot::target
