// SPDX-License-Identifier: Apache-2.0
// Which object a lock is a part of, as a method has it.
#pragma once

#include "goknot/target/machine/recipe.h"
#include "goknot/target/named_structs.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace goknot::target {

// A type whose methods know a lock as a part of their receiver, and where in it.
// Two methods of different types may mean one lock, if one type contains the other: `type Server
// struct { Hub }` and its (*Server).Stop and (*Hub).Add.
struct OwningType {
  std::string package;  // empty: it is not known
  std::string type;
  std::int64_t offset = 0;

  friend bool operator==(const OwningType&, const OwningType&) = default;
};

// The owner of the lock that a function finds in this way; one that is not known unless the lock is
// part of what the method's pointer receiver points to.
OwningType owner_of(std::string_view function, const Recipe& lock);

// Whether the lock that one knows may be the lock that the other knows. Only what the descriptions
// of both types rule out is ruled out.
bool may_be_same_lock(const OwningType& one, const OwningType& other, NamedStructs& structs);

}  // namespace goknot::target
