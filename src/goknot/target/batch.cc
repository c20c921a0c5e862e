// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/batch.h"

#include <algorithm>

namespace goknot::target {

namespace {

// Structures closer together than this are read in one piece, with what lies between them: they
// stand side by side in a span.
constexpr Address kGap = 1024;
constexpr std::size_t kMostPiece = std::size_t{256} << 10U;
constexpr std::size_t kMostCopied = std::size_t{1} << 30U;  // of stacks at once

bool is_steady(const GoroutineRecord& record) {
  return record.has_saved_stack() && !record.status.scan;
}

// How much of a stack is copied.
std::size_t copied(const GoroutineRecord& record) {
  return std::min<std::uint64_t>(record.key.stack.end - record.start().sp, kMostStackCopied);
}

Look look_at(const GoroutineRecord& record) {
  if (!is_plausible(record)) return Look::unreadable;
  if (!record.is_alive()) return Look::dead;
  if (record.status.state == State::running) return Look::running;
  return is_steady(record) ? Look::steady : Look::moved;
}

}  // namespace

void Batch::read_records(const Memory& memory, std::span<const Address> addresses, std::size_t size,
                         std::vector<std::byte>& into) {
  struct Run {
    Address begin, end;
    std::size_t at;
  };
  std::vector<Run> runs;
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
  into.assign(total, std::byte{0});
  pieces_.clear();
  for (const Run& run : runs) {
    pieces_.push_back({run.begin, std::span(into).subspan(run.at, run.end - run.begin)});
  }
  memory.read_all(pieces_);
  there_.assign(addresses.size(), true);
  std::size_t run = 0;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    while (addresses[i] >= runs[run].end) ++run;
    if (pieces_[run].read) continue;
    there_[i] = memory.read(addresses[i], std::span(into).subspan(places_[i], size));
  }
}

void Batch::read_stacks(const Memory& memory) {
  std::size_t total = 0;
  for (Specimen& specimen : specimens_) {
    if (specimen.look != Look::steady) continue;
    const std::size_t size = copied(specimen.record);
    if (total + size > kMostCopied && total != 0) specimen.look = Look::moved;  // in another round
    if (specimen.look == Look::steady) total += size;
  }
  if (stacks_.size() < total) stacks_.resize(total);
  pieces_.clear();
  std::size_t at = 0;
  for (Specimen& specimen : specimens_) {
    if (specimen.look != Look::steady) continue;
    const Address sp = specimen.record.start().sp;
    const std::size_t size = copied(specimen.record);
    specimen.stack = {sp, std::span(stacks_).subspan(at, size)};
    pieces_.push_back({sp, std::span(stacks_).subspan(at, size)});
    at += size;
  }
  memory.read_all(pieces_);
  std::size_t next = 0;
  for (Specimen& specimen : specimens_) {
    if (specimen.look != Look::steady) continue;
    if (!pieces_[next++].read) specimen.look = Look::moved;
  }
}

void Batch::walk_stacks(Code& code) {
  struct Place {
    Specimen* specimen;
    std::size_t begin, end;
  };
  std::vector<Place> places;
  activations_.clear();
  for (Specimen& specimen : specimens_) {
    if (specimen.look != Look::steady) continue;
    unwind(code, specimen.stack, specimen.record.start(), unwound_);
    specimen.end = unwound_.end;
    const std::size_t begin = activations_.size();
    activations_.insert(activations_.end(), unwound_.activations.begin(),
                        unwound_.activations.end());
    places.push_back({&specimen, begin, activations_.size()});
  }
  for (const Place& place : places) {
    place.specimen->activations =
        std::span(activations_).subspan(place.begin, place.end - place.begin);
  }
}

void Batch::read(Code& code, std::span<const Address> addresses, Around around) {
  const Memory& memory = code.memory();
  const Layout& layout = code.layout();
  const std::size_t size = record_size(layout);
  read_records(memory, addresses, size, first_);
  specimens_.clear();
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    Specimen& specimen = specimens_.emplace_back();
    specimen.record =
        read_record(layout, addresses[i], std::span(first_).subspan(places_[i], size));
    specimen.look = there_[i] ? look_at(specimen.record) : Look::unreadable;
    const Address sp = specimen.record.start().sp;
    const Range& stack = specimen.record.key.stack;
    if (specimen.look == Look::steady && (sp < stack.begin || sp > stack.end)) {
      specimen.look = Look::moved;
    }
  }
  read_stacks(memory);
  walk_stacks(code);
  if (around == Around::everything) surroundings_.read(code, specimens_);
  read_records(memory, addresses, size, second_);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    Specimen& specimen = specimens_[i];
    if (specimen.look != Look::steady) continue;
    const GoroutineRecord again =
        read_record(layout, addresses[i], std::span(second_).subspan(places_[i], size));
    if (!there_[i] || !(again.key == specimen.record.key)) specimen.look = Look::moved;
  }
}

}  // namespace goknot::target
