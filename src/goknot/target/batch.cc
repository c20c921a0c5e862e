// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/batch.h"

#include <algorithm>

namespace goknot::target {

namespace {

constexpr std::size_t kMostCopied = std::size_t{1} << 30U;  // of stacks at once

// While the scan bit is set the collector may be moving the stack to a smaller place.
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

// Neighbours are read in one piece: one more piece costs as much as 3 KB more of memory.
void Batch::read_stacks(const Memory& memory) {
  steady_.clear();
  std::size_t total = 0;
  for (Specimen& specimen : specimens_) {
    if (specimen.look != Look::steady) continue;
    const std::size_t size = copied(specimen.record);
    if (total + size > kMostCopied && total != 0) {
      specimen.look = Look::moved;  // in another round
      continue;
    }
    total += size;
    steady_.push_back(&specimen);
  }
  std::ranges::sort(steady_, {}, [](const Specimen* s) { return s->record.start().sp; });
  extents_.clear();
  for (const Specimen* specimen : steady_) {
    extents_.push_back({specimen->record.start().sp, copied(specimen->record)});
  }
  stacks_.read(memory, extents_);
  for (std::size_t i = 0; i < steady_.size(); ++i) {
    steady_[i]->stack = {extents_[i].address, stacks_[i]};
    if (!stacks_.has(i)) steady_[i]->look = Look::moved;
  }
}

Trails& Batch::trails_in(Code& code) {
  if (!trails_ || &trails_->code() != &code) trails_.emplace(code);
  return *trails_;
}

// The activations of all lie in one vector; spans into it are made when it has stopped growing.
void Batch::walk_stacks(Code& code) {
  struct Place {
    Specimen* specimen;
    std::size_t begin, end;
  };
  std::vector<Place> places;
  Trails& trails = trails_in(code);
  activations_.clear();
  for (Specimen& specimen : specimens_) {
    if (specimen.look != Look::steady) continue;
    specimen.trail = trails.walk(specimen.stack, specimen.record.start(), unwound_);
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

void Batch::copy(const Memory& memory, const Layout& layout, std::span<const Address> addresses) {
  addresses_.assign(addresses.begin(), addresses.end());
  first_.read(memory, addresses_, record_size(layout));
  specimens_.clear();
  for (std::size_t i = 0; i < addresses_.size(); ++i) {
    Specimen& specimen = specimens_.emplace_back();
    specimen.record = read_record(layout, addresses_[i], first_[i]);
    specimen.look = first_.has(i) ? look_at(specimen.record) : Look::unreadable;
    const Address sp = specimen.record.start().sp;
    const Range& stack = specimen.record.key.stack;
    if (specimen.look == Look::steady && (sp < stack.begin || sp > stack.end)) {
      specimen.look = Look::moved;
    }
  }
  read_stacks(memory);
}

void Batch::look_again(const Memory& memory, const Layout& layout) {
  second_.read(memory, addresses_, record_size(layout));
  for (std::size_t i = 0; i < addresses_.size(); ++i) {
    Specimen& specimen = specimens_[i];
    if (specimen.look != Look::steady) continue;
    const bool same = second_.has(i) && read_key(layout, second_[i]) == specimen.record.key;
    if (!same) specimen.look = Look::moved;
  }
}

void Batch::read(Code& code, std::span<const Address> addresses, Around around) {
  copy(code.memory(), code.layout(), addresses);
  walk_stacks(code);
  if (around == Around::everything) surroundings_.read(code, specimens_);
  look_again(code.memory(), code.layout());
}

void Batch::copy_held(const Memory& memory, const GoroutineRecord& record) {
  specimens_.clear();
  specimens_.push_back({.record = record, .stack = {}, .activations = {}, .look = Look::steady});
  read_stacks(memory);
}

void Batch::walk_held(Code& code, Around around) {
  walk_stacks(code);
  const std::span<const Specimen> all = specimens_;
  surroundings_.read(code, around == Around::everything ? all : all.first(0));
}

}  // namespace goknot::target
