// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/memory.h"
#include "goknot/target/module.h"
#include "goknot/target/type_bytes.h"

#include <absl/container/flat_hash_map.h>

#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot::target {

// A description of a type, and where it stands.
struct TypeRef {
  const TypeBytes* types = nullptr;
  Address type = 0;

  std::uint64_t size() const { return types->size(type); }
  // The name without its package and type arguments: "Hub".
  std::string bare_name() const;
};

// The structs of a program that have a name and a description, as those do of which there are some
// in the heap. Read when the first is asked for.
class NamedStructs {
 public:
  // `types` are where the modules of the program have their descriptions. Memory and layout must
  // outlive it.
  NamedStructs(const Memory& memory, const Layout& layout, std::vector<Range> types)
      : memory_(memory), layout_(layout), ranges_(std::move(types)) {}

  // All structs that a function of package `package` can mean by `name`: instances of a generic
  // type, and types within functions, are several. The package as function names have it, with dots
  // escaped.
  const std::vector<TypeRef>& find(std::string_view package, std::string_view name);
  // The description at an address, if it is one of a struct with a name.
  TypeRef at(Address type);
  // The struct with a name that a pointer of the described type leads to; none for other types.
  TypeRef pointed_to_by(Address type);

 private:
  void read();

  const Memory& memory_;
  const Layout& layout_;
  std::vector<Range> ranges_;
  std::deque<TypeBytes> sections_;
  absl::flat_hash_map<std::pair<std::string, std::string>, std::vector<TypeRef>> structs_;
  std::vector<TypeRef> none_;
};

}  // namespace goknot::target
