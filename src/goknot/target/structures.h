// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/memory.h"

#include <cstddef>
#include <span>
#include <vector>

namespace goknot::target {

// Where something stands in memory, and how long it is.
struct Extent {
  Address address = 0;
  std::size_t size = 0;
};

// Copies of many structures, made in few large reads: those that lie close together are read in one
// piece with what lies between them. May be used again and again.
// g structures of one size class lie 480 bytes apart in spans; to read a span whole is ten times
// faster than to read each of them.
class Structures {
 public:
  // Copies structures that are sorted by address. What was copied before is gone.
  void read(const Memory& memory, std::span<const Extent> extents);
  // The same for structures of one size.
  void read(const Memory& memory, std::span<const Address> addresses, std::size_t size);

  // Whether the structure could be read.
  bool has(std::size_t index) const { return places_[index].there; }
  // Its copy, in the order of the addresses; of no meaning if it could not be read.
  std::span<const std::byte> operator[](std::size_t index) const {
    return std::span(bytes_).subspan(places_[index].at, places_[index].size);
  }
  // Bytes that were copied.
  std::size_t size() const { return size_; }

 private:
  // What is read in one piece.
  struct Run {
    Address begin = 0;
    std::size_t size = 0;
    std::size_t at = 0;  // in the copy
  };
  struct Place {
    std::size_t run = 0;
    std::size_t at = 0;  // in the copy
    std::size_t size = 0;
    bool there = false;
  };

  void add(const Extent& extent);
  void copy(const Memory& memory);

  std::vector<std::byte> bytes_;  // only grows: what is touched anew is dear
  std::size_t size_ = 0;          // of it that is in use
  std::vector<Run> runs_;
  std::vector<Place> places_;
  std::vector<Piece> pieces_;
};

}  // namespace goknot::target
