// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/structures.h"

namespace goknot::target {

namespace {

// What lies between two structures may be this long and is read with them: they stand side by side
// in a span.
constexpr Address kGap = 1024;
constexpr std::size_t kMostPiece = std::size_t{256} << 10U;

// Structures that are read in one piece.
struct Run {
  Address begin = 0;
  Address end = 0;
  std::size_t at = 0;  // in the copy
};

}  // namespace

void Structures::read(const Memory& memory, std::span<const Address> addresses, std::size_t size) {
  std::vector<Run> runs;
  size_ = size;
  places_.clear();
  std::size_t total = 0;
  for (const Address address : addresses) {
    const bool joins = !runs.empty() && address < runs.back().end + kGap &&
                       address + size - runs.back().begin <= kMostPiece;
    if (!joins) runs.push_back({address, address, total});
    Run& run = runs.back();
    total += address + size - run.end;
    run.end = address + size;
    places_.push_back(run.at + (address - run.begin));
  }
  bytes_.resize(total);
  pieces_.clear();
  for (const Run& run : runs) {
    pieces_.push_back({run.begin, std::span(bytes_).subspan(run.at, run.end - run.begin)});
  }
  memory.read_all(pieces_);
  // A hole between two structures fails the piece, not them.
  there_.assign(addresses.size(), true);
  std::size_t run = 0;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    while (addresses[i] >= runs[run].end) ++run;
    if (pieces_[run].read) continue;
    there_[i] = memory.read(addresses[i], std::span(bytes_).subspan(places_[i], size));
  }
}

}  // namespace goknot::target
