// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/type_bytes.h"

#include <cstdint>
#include <optional>
#include <string>

namespace goknot::target {

// What is looked for inside of a struct.
enum class FieldKind : std::uint8_t {
  value,      // the object itself: a field of its type of package sync
  reference,  // a channel, or a pointer to the object
};

// The field that begins at an offset of a struct and is such an object or refers to one, as a
// person would write it: "mu", "shards[3].mu". Embedded fields at the end are left out where
// something stands before them. None if there is no such field: nothing is guessed.
std::optional<std::string> field_path(const TypeBytes& types, Address type, std::uint64_t offset,
                                      FieldKind wanted, ObjectKind object);

}  // namespace goknot::target
