// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/marker.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <functional>
#include <thread>

namespace goknot::target {

namespace {

constexpr std::size_t kMostThreads = 8;
constexpr std::size_t kShare = 64;  // spans that a thread takes at once
constexpr std::uint64_t kBits = 64;

std::size_t threads() {
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kMostThreads);
}

bool has_any(const ObjectBits& bits, const Span& span) {
  for (std::uint64_t i = 0; i < span.objects(); i += kBits) {
    if (bits.has_any(span.first_object + i)) return true;
  }
  return false;
}

// Takes the bits of a span's objects, and tells which they were.
template <typename Visit>
void take_all(ObjectBits& bits, const Span& span, std::uint32_t row, Visit visit) {
  for (std::uint64_t i = 0; i < span.objects(); i += kBits) {
    if (!bits.has_any(span.first_object + i)) continue;
    for (std::uint64_t some = bits.take(span.first_object + i); some != 0; some &= some - 1) {
      const std::uint64_t slot = i + static_cast<std::uint64_t>(std::countr_zero(some));
      visit(HeapObject{row, static_cast<std::uint32_t>(slot)});
    }
  }
}

}  // namespace

Marker::Marker(const Memory& memory, const Spans& spans, const ObjectMasks& masks, Opaque opaque,
               const MarkLimits& limits)
    : many_(limits.many), shared_{spans, std::move(opaque), {memory, spans, limits.bytes}} {
  for (std::size_t i = 0; i < threads(); ++i) tracers_.emplace_back(shared_, masks);
}

bool Marker::is_marked(Address address) const {
  const auto object = shared_.spans.find(address);
  return object && shared_.marked.has(shared_.spans.number_of(*object));
}

std::optional<std::uint64_t> Marker::watch(Address address) {
  const auto object = shared_.spans.find(address);
  if (!object) return std::nullopt;
  const std::uint64_t number = shared_.spans.number_of(*object);
  shared_.watched.add(number);
  return number;
}

void Marker::add_children(Address object) {
  if (const auto found = shared_.spans.find(object)) pending_.push_back(*found);
}

// Takes over what all have found since the last time.
void Marker::collect() {
  for (Tracer& tracer : tracers_) {
    tracer.flush();
    Trace& found = tracer.found();
    pending_.insert(pending_.end(), found.pending.begin(), found.pending.end());
    found.pending.clear();
    seen_.insert(seen_.end(), found.seen.begin(), found.seen.end());
    found.seen.clear();
    marked_ += std::exchange(found.bytes, 0);
  }
}

// Looks into the objects that are pending, one by one.
// The spans are copied first, all in one call of the kernel.
void Marker::step() {
  std::vector<std::uint32_t> rows;
  for (const HeapObject& object : pending_) {
    if (shared_.copies.of(object.span) == nullptr) rows.push_back(object.span);
  }
  std::ranges::sort(rows);
  rows.erase(std::ranges::unique(rows).begin(), rows.end());
  if (!rows.empty()) shared_.copies.add(rows);
  for (const HeapObject& object : std::exchange(pending_, {})) tracers_.front().scan(object);
}

// Looks into those objects of some spans that are pending when it comes to them.
// What is found while walking goes into the shared bits: objects ahead are met on this walk, those
// behind on the next.
void Marker::walk_over(std::span<const Span> spans, std::uint32_t first_row, Tracer& tracer) {
  std::vector<std::uint32_t> rows;
  std::vector<std::uint32_t> missing;
  for (std::uint32_t i = 0; i < spans.size(); ++i) {
    if (!has_any(shared_.pending, spans[i])) continue;
    rows.push_back(first_row + i);
    if (shared_.copies.of(rows.back()) == nullptr) missing.push_back(rows.back());
  }
  if (!missing.empty()) shared_.copies.add(missing);
  for (const std::uint32_t row : rows) {
    take_all(shared_.pending, spans[row - first_row], row,
             [&tracer](HeapObject object) { tracer.scan(object); });
  }
  tracer.flush();
}

// Walks over the heap once, on all cores.
void Marker::walk() {
  const std::span<const Span> spans = shared_.spans.spans();
  std::atomic<std::size_t> taken = 0;
  const auto work = [&](Tracer& tracer) {
    tracer.note_in(Tracer::Notes::bits);
    for (std::size_t at = taken.fetch_add(kShare); at < spans.size();
         at = taken.fetch_add(kShare)) {
      walk_over(spans.subspan(at, std::min(kShare, spans.size() - at)),
                static_cast<std::uint32_t>(at), tracer);
    }
    tracer.note_in(Tracer::Notes::list);
  };
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < tracers_.size(); ++i)
    others.emplace_back(work, std::ref(tracers_[i]));
  work(tracers_.front());
}

// Walks for as long as many objects are marked behind those who walk; the few last ones are listed.
void Marker::walk_on() {
  for (const HeapObject& object : std::exchange(pending_, {})) {
    shared_.pending.add(shared_.spans.number_of(object));
  }
  do walk();
  while (shared_.pending.count() >= many_);
  const std::vector<Span>& spans = shared_.spans.spans();
  for (std::uint32_t row = 0; row < spans.size(); ++row) {
    take_all(shared_.pending, spans[row], row,
             [this](HeapObject object) { pending_.push_back(object); });
  }
}

// Breadth first: each round looks into all that the round before has found.
void Marker::drain() {
  for (collect(); !pending_.empty(); collect()) {
    if (pending_.size() < many_) {
      step();
    } else {
      walk_on();
    }
  }
}

}  // namespace goknot::target
