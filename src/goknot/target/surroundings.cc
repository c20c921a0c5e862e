// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/surroundings.h"

#include "goknot/target/batch.h"
#include "goknot/target/conditions.h"
#include "goknot/target/defers.h"
#include "goknot/target/waits.h"

#include <algorithm>

namespace goknot::target {

namespace {

// How many links a chain of structures may have; a chain that is longer, or a ring, ends here.
constexpr int kMostRounds = 64;
constexpr std::size_t kMostBytes = std::size_t{256} << 20U;

// One after the other, each says what it wants to have copied around a goroutine, given what was
// copied before.
void collect(const Code& code, const Specimen& specimen, Surroundings& surroundings) {
  want_defers(code, specimen, surroundings);
  want_conditions(specimen, surroundings);
  want_waits(code, specimen, surroundings);
}

}  // namespace

void Surroundings::want(Address address, std::size_t size) {
  if (address == 0 || size == 0 || bytes_.size() + size > kMostBytes) return;
  const auto known = places_.find(address);
  if (known != places_.end() && known->second.size >= size) return;
  wanted_.emplace_back(address, static_cast<std::uint32_t>(size));
}

std::span<const std::byte> Surroundings::at(Address address, std::size_t size) const {
  const auto place = places_.find(address);
  if (place == places_.end() || !place->second.read || place->second.size < size) return {};
  return std::span(bytes_).subspan(place->second.offset, size);
}

void Surroundings::fetch(const Memory& memory) {
  std::size_t total = bytes_.size();
  std::vector<Address> fresh;
  for (const auto& [address, size] : wanted_) {
    Place& place = places_[address];
    if (place.size >= size) continue;
    place = {.offset = total, .size = size, .read = false};
    total += size;
    fresh.push_back(address);
  }
  wanted_.clear();
  bytes_.resize(total);
  std::vector<Piece> pieces;
  std::ranges::sort(fresh);
  for (const Address address : fresh) {
    const Place& place = places_[address];
    pieces.push_back({address, std::span(bytes_).subspan(place.offset, place.size)});
  }
  memory.read_all(pieces);
  for (const Piece& piece : pieces) places_[piece.address].read = piece.read;
}

void Surroundings::read(const Code& code, std::span<const Specimen> specimens) {
  places_.clear();
  bytes_.clear();
  for (int round = 0; round < kMostRounds; ++round) {
    for (const Specimen& specimen : specimens) {
      if (specimen.look == Look::steady) collect(code, specimen, *this);
    }
    if (wanted_.empty()) return;
    fetch(code.memory());
  }
}

}  // namespace goknot::target
