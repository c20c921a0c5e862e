// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/core/core_notes.h"
#include "goknot/target/memory.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::testing_support {

// Writes small core files:
//
//   CoreBuilder().thread(812, 0x401000, 0xc000010000).segment(0x400000, "rx", "text").build()
class CoreBuilder {
 public:
  // A mapping with these rights ("rwx"); `size` bytes, of which the file has the first ones.
  CoreBuilder& segment(target::Address begin, std::string_view rights, std::string bytes,
                       std::uint64_t size = 0);
  // A note of the kind the kernel writes.
  CoreBuilder& note(std::uint32_t type, std::string_view description);
  // A thread of amd64; the first one died of `signal`.
  CoreBuilder& thread(std::int32_t tid, target::Address pc, target::Address sp, int signal = 6);
  // The process (NT_PRPSINFO).
  CoreBuilder& process(std::int32_t pid, std::string_view name);
  // Where the program headers lay (AT_PHDR).
  CoreBuilder& headers(target::Address address);
  // A part of a file that was mapped; all parts are one note.
  CoreBuilder& file(target::MappedPart part);
  // For which machine it is (EM_X86_64, EM_AARCH64).
  CoreBuilder& machine(std::uint16_t machine);

  std::string build() const;

 private:
  struct Segment {
    std::uint32_t type, flags;
    target::Address begin;
    std::string bytes;
    std::uint64_t size;
  };

  std::string file_note() const;

  std::uint16_t machine_ = 62;  // EM_X86_64
  std::vector<Segment> segments_;
  std::string notes_;
  std::vector<target::MappedPart> files_;
};

// The bytes of a value, as they lie in memory.
template <typename T>
std::string raw(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

}  // namespace goknot::testing_support
