// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <vector>

namespace goknot::target {

// Bits for the objects of the heap, by their numbers. For several threads at once.
// Relaxed order is enough: a bit orders nothing but itself, and the threads are joined before
// anybody relies on all of them.
class ObjectBits {
 public:
  explicit ObjectBits(std::uint64_t objects) : words_(objects / 64 + 1) {}

  // The object will be asked for soon.
  void fetch(std::uint64_t number) const { __builtin_prefetch(&words_[number / 64], 1); }
  bool has(std::uint64_t number) const { return (words_[number / 64] & bit(number)) != 0; }
  // Sets the bit of an object; false if it was set before.
  bool add(std::uint64_t number) {
    const std::atomic_ref word(words_[number / 64]);
    if ((word.load(std::memory_order_relaxed) & bit(number)) != 0) return false;
    return (word.fetch_or(bit(number), std::memory_order_relaxed) & bit(number)) == 0;
  }
  // Whether one of 64 objects has its bit set, of which the first has this number, a multiple
  // of 64.
  bool has_any(std::uint64_t first) const {
    return std::atomic_ref(words_[first / 64]).load(std::memory_order_relaxed) != 0;
  }
  // The bits of those 64 objects, the first one's lowest; they are cleared.
  std::uint64_t take(std::uint64_t first) {
    return std::atomic_ref(words_[first / 64]).exchange(0, std::memory_order_relaxed);
  }
  // How many bits are set.
  std::uint64_t count() const {
    std::uint64_t count = 0;
    for (const std::uint64_t word : words_) count += static_cast<unsigned>(std::popcount(word));
    return count;
  }

 private:
  static std::uint64_t bit(std::uint64_t number) { return std::uint64_t{1} << number % 64; }

  mutable std::vector<std::uint64_t> words_;  // atomic_ref is never const
};

}  // namespace goknot::target
