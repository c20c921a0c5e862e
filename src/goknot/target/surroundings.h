// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/memory.h"
#include "goknot/target/structures.h"

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
  // Where the copy of a structure is: what was read in one round, in the order of the addresses.
  struct Place {
    std::uint32_t round = 0;
    std::uint32_t index = 0;
    std::size_t size = 0;
  };

  void fetch(const Memory& memory, std::size_t round);

  absl::flat_hash_map<Address, Place> places_;
  std::vector<Structures> rounds_;  // used again and again
  std::size_t copied_ = 0;          // bytes
  std::vector<Extent> wanted_;
};

}  // namespace goknot::target
