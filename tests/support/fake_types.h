// SPDX-License-Identifier: Apache-2.0
// Descriptions of types, written into a memory as the linker of a release writes them.
#pragma once

#include "goknot/target/layouts/layout.h"
#include "goknot/target/type_bytes.h"
#include "tests/support/fake_memory.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace goknot::testing_support {

class FakeTypes {
 public:
  using Address = target::Address;

  static constexpr Address kBegin = 0x900000;
  static constexpr Address kEnd = 0x910000;

  // One field of a struct that is to be written.
  struct Field {
    std::string_view name;
    Address type = 0;
    std::uint64_t offset = 0;
    bool embedded = false;
  };

  FakeTypes(FakeMemory& memory, target::GoVersion version)
      : memory_(memory), layout_(*target::layout_of(version, target::Architecture::amd64)) {
    memory_.map(kBegin, kEnd);
  }

  const target::Layout& layout() const { return layout_; }
  target::TypeBytes read() const { return {memory_, layout_, {kBegin, kEnd}}; }

  // A type without parts, such as int.
  Address plain(std::string_view name, std::uint64_t size, std::uint8_t kind = 2) {
    const Address at = take(64);
    describe(at, name, size, kind, 0);
    return at;
  }
  Address channel(std::string_view name) { return plain(name, 8, 18); }
  Address pointer(std::string_view name, Address element) {
    const Address at = plain(name, 8, 22);
    memory_.put(at + 48, element);
    return at;
  }
  Address array(std::string_view name, Address element, std::uint64_t size) {
    const Address at = take(80);
    describe(at, name, size, 17, 0);
    memory_.put(at + 48, element);
    return at;
  }
  // A struct; one without a package has no name of its own.
  Address structure(std::string_view name, std::string_view package, std::uint64_t size,
                    const std::vector<Field>& fields) {
    const Address list = take(24 * (fields.size() + 1));
    const Address at = take(96);
    const bool named = !package.empty();
    describe(at, name, size, 25, named ? 5 : 0);
    memory_.put(at + 56, list);
    memory_.put(at + 64, std::uint64_t{fields.size()});
    if (named) memory_.put(at + 80, static_cast<std::uint32_t>(text(package) - kBegin));
    for (std::size_t i = 0; i < fields.size(); ++i) write(list + 24 * i, fields[i]);
    return at;
  }

 private:
  Address take(std::uint64_t size) { return std::exchange(next_, next_ + (size + 7) / 8 * 8); }
  void describe(Address at, std::string_view name, std::uint64_t size, std::uint8_t kind,
                std::uint8_t flags) {
    memory_.put(at, size).put(at + 20, flags).put(at + 23, kind);
    memory_.put(at + 40, static_cast<std::uint32_t>(text(name) - kBegin));
  }
  void write(Address at, const Field& field) {
    const bool flagged = layout_.version >= target::GoVersion{19, 0};
    const std::uint64_t offset =
        flagged ? field.offset : field.offset * 2 + (field.embedded ? 1U : 0U);
    memory_.put(at, text(field.name, flagged && field.embedded ? 8 : 0));
    memory_.put(at + 8, field.type).put(at + 16, offset);
  }
  Address text(std::string_view text, std::uint8_t flags = 0) {
    const Address at = take(text.size() + 4);
    const bool varint = layout_.version >= target::GoVersion{17, 0};
    memory_.put(at, flags).put(at + (varint ? 1 : 2), static_cast<std::uint8_t>(text.size()));
    memory_.put(at + (varint ? 2 : 3), text);
    return at;
  }

  FakeMemory& memory_;
  target::Layout layout_;
  Address next_ = kBegin + 64;
};

}  // namespace goknot::testing_support
