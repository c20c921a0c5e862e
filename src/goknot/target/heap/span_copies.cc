// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/span_copies.h"

#include <algorithm>

namespace goknot::target {

// The size is added before it is known to fit, so that two threads cannot both take the last room.
std::vector<std::uint32_t> SpanCopies::within_limit(std::span<const std::uint32_t> rows) {
  std::vector<std::uint32_t> within;
  for (const std::uint32_t row : rows) {
    const Span& span = spans_.spans()[row];
    const std::uint64_t size = span.limit - span.begin;
    if (size_.fetch_add(size) + size <= limit_) {
      within.push_back(row);
    } else {
      size_ -= size;
      hit_limit_ = true;
    }
  }
  return within;
}

std::byte* SpanCopies::make_room(std::uint64_t size) {
  auto block = std::make_unique_for_overwrite<std::byte[]>(size);
  const std::scoped_lock lock(guard_);
  return blocks_.emplace_back(std::move(block)).get();
}

void SpanCopies::add(std::span<const std::uint32_t> rows) {
  const std::vector<std::uint32_t> within = within_limit(rows);
  std::uint64_t total = 0;
  for (const std::uint32_t row : within) {
    total += spans_.spans()[row].limit - spans_.spans()[row].begin;
  }
  std::byte* next = make_room(total);
  std::vector<Piece> pieces;
  for (const std::uint32_t row : within) {
    const Span& span = spans_.spans()[row];
    const std::uint64_t size = span.limit - span.begin;
    pieces.push_back({span.begin, std::span(next, size)});
    copies_[row] = next;
    next += size;
  }
  memory_.read_all(pieces);
  for (const Piece& piece : pieces) {
    if (piece.read) continue;
    unreadable_ = true;
    std::ranges::fill(piece.into, std::byte{0});
  }
}

}  // namespace goknot::target
