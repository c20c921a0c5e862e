// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/memory.h"

#include <cstddef>
#include <span>
#include <vector>

namespace goknot::target {

// Copies of many structures of one size, made in few large reads: those that lie close together are
// read in one piece with what lies between them. May be used again and again.
class Structures {
 public:
  // Copies the structures at `addresses`, which are sorted. What was copied before is gone.
  void read(const Memory& memory, std::span<const Address> addresses, std::size_t size);

  // Whether the structure could be read.
  bool has(std::size_t index) const { return there_[index]; }
  // Its copy, in the order of the addresses; of no meaning if it could not be read.
  std::span<const std::byte> operator[](std::size_t index) const {
    return std::span(bytes_).subspan(places_[index], size_);
  }

 private:
  std::size_t size_ = 0;
  std::vector<std::byte> bytes_;
  std::vector<std::size_t> places_;
  std::vector<bool> there_;
  std::vector<Piece> pieces_;
};

}  // namespace goknot::target
