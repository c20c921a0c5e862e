// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/stack_pointers.h"

#include "goknot/base/reorder.h"

#include <algorithm>
#include <utility>

namespace goknot::target {

namespace {

constexpr Address kLeastAddress = 1 << 16;  // linux vm.mmap_min_addr: nothing lies below

// Whether it does not run, and its g would tell that it ran in between. Go: casgstatus counts in
// g.trackingSeq since go1.17, but not on the way into and out of system calls.
bool leaves_traces(const Layout& layout, const GoroutineRecord& record) {
  const State state = record.status.state;
  return layout.g.tracking_seq != kAbsent && (state == State::waiting || state == State::runnable);
}

}  // namespace

std::optional<std::span<const Address>> StackPointers::of(std::uint32_t row) const {
  if (row >= rows_.size() || !rows_[row].known) return std::nullopt;
  return std::span(pool_).subspan(rows_[row].first, rows_[row].count);
}

void StackPointers::add(const StackPointers& others, std::uint32_t row) {
  const auto pointers = others.of(row);
  if (!pointers) return add_unknown();
  rows_.push_back({.first = pool_.size(),
                   .count = static_cast<std::uint32_t>(pointers->size()),
                   .known = true});
  pool_.insert(pool_.end(), pointers->begin(), pointers->end());
}

void StackPointers::make_room(std::size_t all) {
  const std::size_t part = std::max<std::size_t>(rows_.size(), 1);
  rows_.reserve(all);
  pool_.reserve(pool_.size() * all / part + pool_.size());
}

void StackPointers::reorder(std::span<const std::uint32_t> order) {
  rows_.resize(order.size());  // they may not have been noted
  goknot::reorder(order, rows_);
}

void add_fields(const GoroutineRecord& record, PointerSink& sink) {
  for (const Address field : {record.defers, record.panics, record.parameter, record.labels,
                              record.coroutine, record.ancestors, record.timer, record.context}) {
    sink.add_root(field);
  }
}

void StackPointerCollector::add_root(Address address) {
  if (address >= kLeastAddress) pointers_.pool_.push_back(address);
}

void StackPointerCollector::add(const Specimen& specimen) {
  const bool steady = specimen.look == Look::steady && specimen.end == StackEnd::complete;
  if (!steady || !leaves_traces(layout_, specimen.record)) return pointers_.add_unknown();
  const std::size_t first = pointers_.pool_.size();
  add_fields(specimen.record, *this);
  roots_.add(specimen);
  pointers_.rows_.push_back({.first = first,
                             .count = static_cast<std::uint32_t>(pointers_.pool_.size() - first),
                             .known = true});
}

StackPointers StackPointerCollector::read(std::span<const Specimen> specimens) {
  pointers_.rows_.reserve(specimens.size());
  for (const Specimen& specimen : specimens) add(specimen);
  return std::exchange(pointers_, {});
}

}  // namespace goknot::target
