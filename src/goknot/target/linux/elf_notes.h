// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace goknot::target {

// A note of an ELF file: sizes of name and description, a type, then both, each padded to 4 bytes.
// Points into the file.
struct ElfNote {
  std::string_view name;  // "GNU", "CORE"
  std::uint32_t type = 0;
  std::span<const std::byte> description;
};

// Takes the first note off `bytes`; none if what is there does not hold one.
std::optional<ElfNote> take_note(std::span<const std::byte>& bytes);

// Bytes as text.
inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace goknot::target
