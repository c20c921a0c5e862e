// SPDX-License-Identifier: Apache-2.0
// The memory of a Go program, wherever it lies: a running process, a core file, a recording.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <type_traits>

namespace goknot::target {

// A virtual address in the program that is looked at.
using Address = std::uint64_t;

// One mapping of the address space: [begin, end).
struct Region {
  Address begin = 0;
  Address end = 0;
  std::uint64_t offset = 0;  // in the file that is mapped
  bool readable = false;
  bool writable = false;
  bool executable = false;
  std::string path;  // of the file; "[heap]", "[stack]" and the like; empty: anonymous

  std::uint64_t size() const { return end - begin; }
  bool contains(Address address) const { return begin <= address && address < end; }
};

// One of many things to read at once: `into` is filled from `address` on.
struct Piece {
  Address address = 0;
  std::span<std::byte> into;
  bool read = false;  // set by Memory::read_all: every byte of `into` is what stood there
};

// What can be read of a program. Nothing here stops, signals or writes. Reads are not atomic: only
// an aligned word of up to 8 bytes is of one instant. Little-endian, 64 bit. May be used by several
// threads at once.
class Memory {
 public:
  Memory() = default;
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  virtual ~Memory() = default;

  // Fills `into` from `address` on; returns how many of its first bytes could be read.
  virtual std::size_t read_some(Address address, std::span<std::byte> into) const = 0;
  // Fills many pieces in as few steps as can be, and notes in each whether it was read whole.
  virtual void read_all(std::span<Piece> pieces) const = 0;
  // The mappings, sorted by address, as they were when the program was opened.
  virtual std::span<const Region> regions() const = 0;

  // Fills `into` whole; false if any byte of it cannot be read.
  bool read(Address address, std::span<std::byte> into) const {
    return read_some(address, into) == into.size();
  }
  // A value of plain bytes, none if it cannot be read.
  template <typename T>
    requires std::is_trivially_copyable_v<T>
  std::optional<T> read(Address address) const {
    T value;
    if (!read(address, std::as_writable_bytes(std::span(&value, 1)))) return std::nullopt;
    return value;
  }
  // The mapping that holds an address, null if none does.
  const Region* region_of(Address address) const;
};

// The value of type T at `offset` of bytes copied from memory; the range must lie within them.
template <typename T>
  requires std::is_trivially_copyable_v<T>
T load(std::span<const std::byte> bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, bytes.subspan(offset, sizeof(T)).data(), sizeof(T));
  return value;
}

}  // namespace goknot::target
