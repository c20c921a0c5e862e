// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/marker.h"

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

Marker::Marker(const Memory& memory, const Spans& spans, ObjectMasks& masks, Opaque opaque,
               std::uint64_t limit)
    : memory_(memory), spans_(spans), masks_(masks), opaque_(std::move(opaque)), limit_(limit) {
  marks_.resize(spans.objects() / 64 + 1);
  watched_.resize(marks_.size());
  copies_.resize(spans.spans().size());
}

void Marker::mark(Address address) {
  const auto object = spans_.find(address);
  if (!object) return;
  const std::uint64_t bit = number(*object);
  std::uint64_t& word = marks_[bit / 64];
  const std::uint64_t mask = std::uint64_t{1} << bit % 64;
  if ((word & mask) != 0) return;
  word |= mask;
  if ((watched_[bit / 64] & mask) != 0) seen_.push_back(bit);
  const Span& span = spans_.spans()[object->span];
  marked_ += span.object_size;
  if (!span.has_pointers) return;
  // Not even copied: there may be a million of them.
  const bool goroutine = span.object_size - opaque_.goroutine_size <= kGoroutineRoom &&
                         opaque_.goroutines.contains(spans_.begin_of(*object));
  if (!goroutine) pending_.push_back(*object);
}

bool Marker::is_marked(Address address) const {
  const auto object = spans_.find(address);
  if (!object) return false;
  const std::uint64_t bit = number(*object);
  return (marks_[bit / 64] >> bit % 64 & 1U) != 0;
}

std::optional<std::uint64_t> Marker::watch(Address address) {
  const auto object = spans_.find(address);
  if (!object) return std::nullopt;
  const std::uint64_t bit = number(*object);
  watched_[bit / 64] |= std::uint64_t{1} << bit % 64;
  return bit;
}

void Marker::add_root(Address address) { mark(address); }

void Marker::add_roots(std::span<const std::byte> bytes) {
  for (std::size_t at = 0; at + kWord <= bytes.size(); at += kWord) mark(load<Address>(bytes, at));
}

void Marker::add_roots(std::span<const std::byte> bytes, std::span<const std::byte> mask) {
  const std::size_t words = std::min(bytes.size() / kWord, mask.size() * 8);
  for (std::size_t i = 0; i < words; ++i) {
    const bool is_pointer = (std::to_integer<unsigned>(mask[i / 8]) >> i % 8 & 1U) != 0;
    if (is_pointer) mark(load<Address>(bytes, i * kWord));
  }
}

void Marker::add_children(Address object) {
  const auto found = spans_.find(object);
  if (!found) return;
  const HeapObject one[] = {*found};
  copy_spans(one);
  scan(*found);
}

void Marker::copy_spans(std::span<const HeapObject> objects) {
  std::vector<Piece> pieces;
  std::vector<std::uint32_t> rows;
  std::uint64_t total = 0;
  for (const HeapObject& object : objects) {
    if (!copies_[object.span].empty()) continue;
    const Span& span = spans_.spans()[object.span];
    const std::uint64_t size = span.limit - span.begin;
    if (copied_ + total + size > limit_) {
      hit_limit_ = true;
      continue;
    }
    total += size;
    rows.push_back(object.span);
    copies_[object.span] = {reinterpret_cast<const std::byte*>(this), 1};  // asked for
  }
  if (rows.empty()) return;
  blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(total));
  std::byte* next = blocks_.back().get();
  for (const std::uint32_t row : rows) {
    const Span& span = spans_.spans()[row];
    pieces.push_back({span.begin, std::span(next, span.limit - span.begin)});
    copies_[row] = pieces.back().into;
    next += span.limit - span.begin;
  }
  memory_.read_all(pieces);
  for (const Piece& piece : pieces) {
    if (piece.read) continue;
    complete_ = false;
    std::ranges::fill(piece.into, std::byte{0});
  }
  copied_ += total;
}

void Marker::scan(HeapObject object) {
  const Span& span = spans_.spans()[object.span];
  const std::span<const std::byte> copy = copies_[object.span];
  if (copy.empty()) return;
  const std::size_t begin = std::uint64_t{object.slot} * span.object_size;
  const auto bytes = copy.subspan(begin, span.object_size);
  if (span.has_headers) return scan_typed(bytes);
  const bool may_be_goroutine = span.object_size - opaque_.goroutine_size <= kGoroutineRoom;
  if (may_be_goroutine && is_system_goroutine(bytes)) return;
  const bool waiter = span.object_size - opaque_.waiter_size <= kWord &&
                      opaque_.goroutines.contains(load<Address>(bytes, 0));
  if (!waiter) add_roots(bytes);
}

// An object behind the address of its type: one value, or the elements of an array.
void Marker::scan_typed(std::span<const std::byte> bytes) {
  const ObjectMask* mask = masks_.find(load<Address>(bytes, 0));
  if (mask == nullptr) return add_roots(bytes);
  for (bytes = bytes.subspan(kWord); bytes.size() >= mask->size;
       bytes = bytes.subspan(mask->size)) {
    add_roots(bytes.first(mask->pointer_words * kWord), mask->bits);
  }
}

void Marker::drain() {
  while (!pending_.empty()) {
    current_.swap(pending_);
    pending_.clear();
    copy_spans(current_);
    for (const HeapObject& object : current_) scan(object);
  }
}

}  // namespace goknot::target
