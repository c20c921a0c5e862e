// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/memory.h"

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace goknot::target {

class Code;
struct Specimen;

// The small structures that the goroutines of a batch point to (sudogs, channels, deferred calls
// …), copied between the two looks at them. Who wants to know more says so in rounds, for most
// structures are found by way of others; each round is one large read.
class Surroundings {
 public:
  // Copies what all collectors want for these goroutines.
  void read(const Code& code, std::span<const Specimen> specimens);

  // Asks for a structure; it can be had after the next round. Twice the same address costs nothing,
  // and the larger size counts.
  void want(Address address, std::size_t size);
  // The copy of a structure: `size` bytes, or none if they were not asked for or cannot be read.
  std::span<const std::byte> at(Address address, std::size_t size) const;

 private:
  struct Place {
    std::size_t offset = 0;
    std::uint32_t size = 0;
    bool read = false;
  };

  void fetch(const Memory& memory);

  absl::flat_hash_map<Address, Place> places_;
  std::vector<std::byte> bytes_;
  std::vector<std::pair<Address, std::uint32_t>> wanted_;
};

}  // namespace goknot::target
