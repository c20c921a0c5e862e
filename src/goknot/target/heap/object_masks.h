// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/layouts/layout.h"
#include "goknot/target/memory.h"
#include "goknot/target/module.h"
#include "goknot/target/type_bytes.h"

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace goknot::target {

// Which words of a value of one type the collector takes for pointers.
// Of `struct{ n int; next *node; name string }` the mask is 0, 1, 1, 0: the length of the string is
// no pointer, and nothing behind it needs a bit (pointer_words is 3).
struct ObjectMask {
  std::uint64_t size = 0;           // bytes of a value; an array's element
  std::uint64_t pointer_words = 0;  // at its beginning, behind which there are no pointers
  std::vector<std::byte> bits;  // one for each of them, the first word's lowest in the first byte
};

// The masks that types describe. Without them a number that looks like an address, such as the
// runtime keeps in its own records, would keep alive what lies there.
class ObjectMasks {
 public:
  // Neither is copied.
  ObjectMasks(const Memory& memory, const Layout& layout, std::vector<Range> types)
      : memory_(memory), layout_(layout), types_(std::move(types)) {}

  // The mask of a type the linker described; null if the address is of none, or it has no mask but
  // a program that makes one (Go: internal/abi/type.go KindGCProg to 1.23).
  const ObjectMask* find(Address type);

 private:
  // What is needed of a type's description.
  struct Description {
    std::uint64_t size = 0;
    std::uint64_t pointer_words = 0;
    TypeKind kind = TypeKind::other;
    Address mask = 0;  // 0: the runtime has not made it yet
  };

  std::optional<ObjectMask> read(Address type) const;
  std::optional<Description> describe(Address type) const;
  bool draw(Address type, std::uint64_t word, std::vector<std::byte>& bits, int depth) const;
  bool draw_elements(Address type, const Description& array, std::uint64_t word,
                     std::vector<std::byte>& bits, int depth) const;
  bool draw_fields(Address type, std::uint64_t word, std::vector<std::byte>& bits, int depth) const;

  const Memory& memory_;
  const Layout& layout_;
  std::vector<Range> types_;
  absl::flat_hash_map<Address, std::optional<ObjectMask>> masks_;
};

}  // namespace goknot::target
