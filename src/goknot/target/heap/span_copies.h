// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/heap/spans.h"
#include "goknot/target/memory.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace goknot::target {

// Copies of spans, made when they are needed and kept. For several threads at once, if no two ask
// for the same span at the same time.
// A span is copied whole although one object may be wanted: neighbours are mostly wanted, too, and
// a call of the kernel costs more than a few pages.
class SpanCopies {
 public:
  // Neither is copied. At most so many bytes are read.
  SpanCopies(const Memory& memory, const Spans& spans, std::uint64_t limit)
      : memory_(memory), spans_(spans), limit_(limit), copies_(spans.spans().size()) {}

  // The first byte of a span's copy, null if there is none.
  const std::byte* of(std::uint32_t row) const { return copies_[row]; }
  // Copies spans that were not copied before. What cannot be read is zero.
  void add(std::span<const std::uint32_t> rows);
  // Whether everything that was asked for could be read, and was within the limit.
  bool complete() const { return !unreadable_ && !hit_limit_; }
  bool hit_limit() const { return hit_limit_; }
  // Bytes that were copied.
  std::uint64_t size() const { return size_; }

 private:
  std::vector<std::uint32_t> within_limit(std::span<const std::uint32_t> rows);
  std::byte* make_room(std::uint64_t size);

  const Memory& memory_;
  const Spans& spans_;
  std::uint64_t limit_;
  std::vector<const std::byte*> copies_;  // by span
  std::mutex guard_;                      // of blocks_
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::atomic<std::uint64_t> size_ = 0;
  std::atomic<bool> unreadable_ = false;
  std::atomic<bool> hit_limit_ = false;
};

}  // namespace goknot::target
