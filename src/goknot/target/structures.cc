// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/structures.h"

#include <algorithm>

namespace goknot::target {

namespace {

// What lies between two structures may be this long and is read with them: they stand side by side
// in a span, as the smallest stacks do.
constexpr std::size_t kGap = 2048;
constexpr std::size_t kMostPiece = std::size_t{256} << 10U;

}  // namespace

// Only distances are reckoned with: a structure may seem to lie around the last address.
void Structures::add(const Extent& extent) {
  const bool joins = !runs_.empty() &&
                     extent.address - runs_.back().begin < runs_.back().size + kGap &&
                     extent.address - runs_.back().begin + extent.size <= kMostPiece;
  if (!joins) {
    const std::size_t at = runs_.empty() ? 0 : runs_.back().at + runs_.back().size;
    runs_.push_back({extent.address, 0, at});
  }
  Run& run = runs_.back();
  const std::size_t offset = extent.address - run.begin;
  run.size = std::max(run.size, offset + extent.size);
  places_.push_back({runs_.size() - 1, run.at + offset, extent.size, false});
}

void Structures::copy(const Memory& memory) {
  size_ = runs_.empty() ? 0 : runs_.back().at + runs_.back().size;
  if (bytes_.size() < size_) bytes_.resize(size_);
  pieces_.clear();
  for (const Run& run : runs_) {
    pieces_.push_back({run.begin, std::span(bytes_).subspan(run.at, run.size)});
  }
  memory.read_all(pieces_);
  for (Place& place : places_) {
    const Run& run = runs_[place.run];
    place.there = pieces_[place.run].read;
    if (place.there || place.size == run.size) continue;
    // A hole between two structures fails the piece, not them.
    const auto into = std::span(bytes_).subspan(place.at, place.size);
    place.there = memory.read(run.begin + (place.at - run.at), into);
  }
}

void Structures::read(const Memory& memory, std::span<const Extent> extents) {
  runs_.clear();
  places_.clear();
  for (const Extent& extent : extents) add(extent);
  copy(memory);
}

void Structures::read(const Memory& memory, std::span<const Address> addresses, std::size_t size) {
  runs_.clear();
  places_.clear();
  for (const Address address : addresses) add({address, size});
  copy(memory);
}

}  // namespace goknot::target
