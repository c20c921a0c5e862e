// SPDX-License-Identifier: Apache-2.0
// The descriptions of types that the linker writes, copied: they never change while a program runs.
#pragma once

#include "goknot/target/layouts/layout.h"
#include "goknot/target/memory.h"
#include "goknot/target/module.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace goknot::target {

// What kind of type a description is of. Go: internal/abi/type.go Kind; to go1.20
// runtime/typekind.go.
enum class TypeKind : std::uint8_t {
  array = 17,
  channel = 18,
  pointer = 22,
  structure = 25,
  other = 0
};

// One field of a struct.
struct TypeField {
  std::string name;
  Address type = 0;
  std::uint64_t offset = 0;
  bool embedded = false;
};

// The descriptions of one module, copied once. Addresses are those in the program; what lies
// outside of the descriptions, or makes no sense, is a type of kind `other` without a name and
// size.
// The linker writes for every type that reflection may need (internal/abi/type.go; before go1.21
// runtime/type.go):
//
//     Type          size, kind, flags, offset of the name, ...
//     StructType    the same, then pkgPath and a slice of fields {name, type, offset}
//     UncommonType  behind it, if the type has a name: pkgPath, methods
//
// Offsets of names count from the beginning of the section, moduledata.types.
class TypeBytes {
 public:
  TypeBytes(const Memory& memory, const Layout& layout, const Range& types);

  bool contains(Address type) const {
    return type >= types_.begin && type - types_.begin < bytes_.size();
  }
  TypeKind kind(Address type) const;
  std::uint64_t size(Address type) const;
  // As reflection has it: "node.Hub", "*node.Hub", "[]int".
  std::string name(Address type) const;
  // The path of the package that a named struct belongs to: "example.com/node". Empty: of none.
  std::string package(Address type) const;
  // What an array or pointer is made of; 0 for others.
  Address element(Address type) const;
  // The fields of a struct in the order of their offsets; none if they make no sense.
  std::vector<TypeField> fields(Address type) const;
  // All descriptions of named structs.
  std::vector<Address> named_structs() const;

 private:
  std::span<const std::byte> at(Address address, std::int32_t size) const;
  std::string text(Address name) const;
  std::string text_at_offset(std::int32_t offset) const;
  TypeField field(std::span<const std::byte> bytes) const;

  const Layout& layout_;
  Range types_;
  std::vector<std::byte> bytes_;
};

}  // namespace goknot::target
