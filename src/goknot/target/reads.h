// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/memory.h"

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace goknot::target {

// Many small reads in one step. Used once.
// add() gives out numbers rather than spans, because the buffer is only made in run().
class Reads {
 public:
  // The number of a read.
  std::size_t add(Address address, std::size_t size) {
    wanted_.emplace_back(address, size);
    return wanted_.size() - 1;
  }
  void run(const Memory& memory) {
    std::size_t total = 0;
    for (const auto& [address, size] : wanted_) total += size;
    bytes_.resize(total);
    std::size_t at = 0;
    for (const auto& [address, size] : wanted_) {
      pieces_.push_back({address, std::span(bytes_).subspan(at, size)});
      at += size;
    }
    memory.read_all(pieces_);
  }
  // What was read; empty if that could not be read.
  std::span<const std::byte> operator[](std::size_t number) const {
    return pieces_[number].read ? std::span<const std::byte>(pieces_[number].into)
                                : std::span<const std::byte>();
  }

 private:
  std::vector<std::pair<Address, std::size_t>> wanted_;
  std::vector<std::byte> bytes_;
  std::vector<Piece> pieces_;
};

}  // namespace goknot::target
