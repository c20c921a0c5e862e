// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/tracer.h"

#include <algorithm>

namespace goknot::target {

namespace {

constexpr std::size_t kWord = 8;
constexpr std::size_t kGoroutineRoom = 64;  // between the size of a g and that of its slot
constexpr std::uint64_t kMostGuard = 8192;  // bytes below which a system stack has ended

// Whether an object as large as a g is one that is in no list: a thread's own, which runs the
// scheduler or signal handlers. Nothing is known from it, and its bounds look like pointers. Go:
// runtime/runtime2.go type g begins with stack.lo, stack.hi, stackguard0, stackguard1; those of a
// thread have both guards alike (runtime/proc.go allocm, malg).
bool is_system_goroutine(std::span<const std::byte> bytes) {
  const auto low = load<Address>(bytes, 0);
  const auto high = load<Address>(bytes, 8);
  const auto guard = load<Address>(bytes, 16);
  return low != 0 && low < high && guard > low && guard < high && guard - low < kMostGuard &&
         guard == load<Address>(bytes, 24);
}

}  // namespace

void Tracer::add(std::span<const std::byte> bytes) {
  for (std::size_t at = 0; at + kWord <= bytes.size(); at += kWord) add(load<Address>(bytes, at));
}

void Tracer::add(std::span<const std::byte> bytes, std::span<const std::byte> mask) {
  const std::size_t words = std::min(bytes.size() / kWord, mask.size() * 8);
  for (std::size_t i = 0; i < words; ++i) {
    const bool is_pointer = (std::to_integer<unsigned>(mask[i / 8]) >> i % 8 & 1U) != 0;
    if (is_pointer) add(load<Address>(bytes, i * kWord));
  }
}

// In two steps over at most kMany words, since each would wait for memory: the page of every word
// is fetched first, then its bit, and only then is anything decided.
void Tracer::flush() {
  struct Place {
    HeapObject object;
    std::uint64_t number;
  };
  std::array<const Spans::Page*, kMany> pages;
  std::array<Place, kMany> places;
  const Spans& spans = shared_.spans;
  for (std::size_t i = 0; i < count_; ++i) {
    pages[i] = &spans.page_at(words_[i]);
    __builtin_prefetch(pages[i]);
  }
  std::size_t found = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    const auto object = spans.object_at(words_[i], *pages[i]);
    if (!object) continue;
    const std::uint64_t number = Spans::number_of(*pages[i], *object);
    shared_.marked.fetch(number);
    places[found++] = {*object, number};
  }
  count_ = 0;
  for (std::size_t i = 0; i < found; ++i) mark(places[i].object, places[i].number);
}

void Tracer::mark(HeapObject object, std::uint64_t number) {
  if (!shared_.marked.add(number)) return;
  if (shared_.watched.has(number)) found_.seen.push_back(number);
  const Span& span = shared_.spans.spans()[object.span];
  found_.bytes += span.object_size;
  if (is_shared(span) && object.slot % 2 == 0 && object.slot + 1 < span.objects()) {
    mark({.span = object.span, .slot = object.slot + 1}, number + 1);
  }
  if (!span.has_pointers) return;
  // Not even copied: there may be a million of them.
  // Sizes are unsigned: that of a smaller object wraps to something huge, which is no room either.
  const bool goroutine = span.object_size - shared_.opaque.goroutine_size <= kGoroutineRoom &&
                         shared_.opaque.goroutines.contains(shared_.spans.begin_of(object));
  if (goroutine) return;
  if (notes_ == Notes::list) {
    found_.pending.push_back(object);
  } else {
    shared_.pending.add(number);
  }
}

// A sudog is told by its size and by its first word, which is a g of the list. Through its elem and
// c (runtime/runtime2.go) one would come to what it waits for.
void Tracer::scan(HeapObject object) {
  const Span& span = shared_.spans.spans()[object.span];
  const std::byte* const copy = shared_.copies.of(object.span);
  if (copy == nullptr) return;
  const std::span bytes(copy + std::uint64_t{object.slot} * span.object_size, span.object_size);
  if (span.has_headers) return scan_typed(bytes);
  const Opaque& opaque = shared_.opaque;
  if (span.object_size >= opaque.processor_size &&
      opaque.processors.contains(shared_.spans.begin_of(object))) {
    if (opaque.timers && *opaque.timers + kWord <= bytes.size()) {
      add(load<Address>(bytes, *opaque.timers));
    }
    return;
  }
  const bool may_be_goroutine = span.object_size - shared_.opaque.goroutine_size <= kGoroutineRoom;
  if (may_be_goroutine && is_system_goroutine(bytes)) return;
  const bool waiter = span.object_size - shared_.opaque.waiter_size <= kWord &&
                      shared_.opaque.goroutines.contains(load<Address>(bytes, 0));
  if (!waiter) add(bytes);
}

// An object behind the address of its type: one value, or the elements of an array.
void Tracer::scan_typed(std::span<const std::byte> bytes) {
  const ObjectMask* mask = masks_.find(load<Address>(bytes, 0));
  if (mask == nullptr) return add(bytes);
  for (bytes = bytes.subspan(kWord); bytes.size() >= mask->size;
       bytes = bytes.subspan(mask->size)) {
    add(bytes.first(mask->pointer_words * kWord), mask->bits);
  }
}

}  // namespace goknot::target
