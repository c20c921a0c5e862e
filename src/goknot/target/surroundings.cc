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
constexpr std::size_t kMostRounds = 64;
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
  if (address == 0 || size == 0 || copied_ + size > kMostBytes) return;
  const auto known = places_.find(address);
  if (known != places_.end() && known->second.size >= size) return;
  wanted_.push_back({address, size});
}

std::span<const std::byte> Surroundings::at(Address address, std::size_t size) const {
  const auto place = places_.find(address);
  if (place == places_.end() || place->second.size < size) return {};
  const Structures& copies = rounds_[place->second.round];
  if (!copies.has(place->second.index)) return {};
  return copies[place->second.index].first(size);
}

void Surroundings::fetch(const Memory& memory, std::size_t round) {
  std::ranges::sort(wanted_, [](const Extent& a, const Extent& b) {
    return a.address != b.address ? a.address < b.address : a.size > b.size;
  });
  const auto rest = std::ranges::unique(wanted_, {}, &Extent::address);
  wanted_.erase(rest.begin(), rest.end());
  if (rounds_.size() == round) rounds_.emplace_back();
  rounds_[round].read(memory, wanted_);
  copied_ += rounds_[round].size();
  places_.reserve(places_.size() + wanted_.size());
  for (std::uint32_t i = 0; i < wanted_.size(); ++i) {
    places_[wanted_[i].address] = {static_cast<std::uint32_t>(round), i, wanted_[i].size};
  }
  wanted_.clear();
}

// Who wants nothing more has everything: what others want is not what it has to wait for.
// Example for a goroutine in a select of two cases: round 0 copies its first sudog, round 1 the
// channel and the second sudog, round 2 the channel of that. The collectors run again in each round
// and find what was copied before; that is simpler than to remember how far each of them was.
void Surroundings::read(const Code& code, std::span<const Specimen> specimens) {
  places_.clear();
  copied_ = 0;
  std::vector<const Specimen*> wanting;
  for (const Specimen& specimen : specimens) {
    if (specimen.look == Look::steady) wanting.push_back(&specimen);
  }
  for (std::size_t round = 0; round < kMostRounds; ++round) {
    std::erase_if(wanting, [&](const Specimen* specimen) {
      const std::size_t before = wanted_.size();
      collect(code, *specimen, *this);
      return wanted_.size() == before;
    });
    if (wanted_.empty()) return;
    fetch(code.memory(), round);
  }
}

}  // namespace goknot::target
