// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/defers.h"

#include <algorithm>
#include <initializer_list>

namespace goknot::target {

namespace {

constexpr GoVersion kOneWordEach{18, 0};  // arguments are captured: only closures are listed
constexpr GoVersion kSlotsInARow{22, 0};  // the slots lie side by side, none is listed
constexpr std::uint32_t kMostSlots = 8;   // bits in the byte
constexpr std::uint32_t kMostOffset = 1U << 28U;
constexpr std::size_t kMostInfo = 1024;  // bytes; eight calls with many arguments
constexpr std::uint32_t kWord = 8;

// A reader of the numbers a function is described with.
class Numbers {
 public:
  Numbers(const Memory& memory, Address at) {
    got_.resize(kMostInfo);
    got_.resize(memory.read_some(at, got_));
  }

  // The next number; 0 behind the end, where sound() turns false.
  std::uint32_t next() {
    std::uint32_t value = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
      if (at_ >= got_.size()) break;
      const auto byte = std::to_integer<std::uint32_t>(got_[at_++]);
      value |= (byte & 0x7fU) << shift;
      if ((byte & 0x80U) == 0) {
        sound_ = sound_ && value < kMostOffset;
        return value;
      }
    }
    sound_ = false;
    return 0;
  }
  bool sound() const { return sound_; }

 private:
  std::vector<std::byte> got_;
  std::size_t at_ = 0;
  bool sound_ = true;
};

// size of arguments, bits, count, then for each call, the last first: size of its arguments, its
// closure, and how many arguments there are, each: where it was saved, how long, where it goes.
DeferSlots with_arguments(Numbers& info) {
  DeferSlots defers;
  info.next();
  defers.bits = info.next();
  const std::uint32_t count = info.next();
  if (count > kMostSlots) return {};
  for (std::uint32_t i = 0; i < count && info.sound(); ++i) {
    DeferSlots::Slot slot;
    info.next();
    slot.closure = info.next();
    std::size_t words = 0;
    for (std::uint32_t left = info.next(); left > 0 && info.sound(); --left) {
      const std::uint32_t saved = info.next();
      const std::uint32_t length = info.next();
      info.next();
      for (std::uint32_t at = 0; at < length && words < slot.arguments.size(); at += kWord) {
        slot.arguments[words++] = saved > at ? saved - at : 0;
      }
    }
    defers.slots.push_back(slot);
  }
  std::ranges::reverse(defers.slots);
  return defers;
}

// bits, count, then the closures, the last first.
DeferSlots with_closures(Numbers& info) {
  DeferSlots defers;
  defers.bits = info.next();
  const std::uint32_t count = info.next();
  if (count > kMostSlots) return {};
  for (std::uint32_t i = 0; i < count; ++i) defers.slots.push_back({.closure = info.next()});
  std::ranges::reverse(defers.slots);
  return defers;
}

// bits, then where the first slot is; the others follow it upwards.
// How many there are is not said; bits that were never set keep the others from being looked at.
DeferSlots in_a_row(Numbers& info) {
  DeferSlots defers;
  defers.bits = info.next();
  const std::uint32_t first = info.next();
  for (std::uint32_t i = 0; i < kMostSlots && first > i * kWord; ++i) {
    defers.slots.push_back({.closure = first - i * kWord});
  }
  return defers;
}

}  // namespace

DeferSlots read_defer_slots(const Memory& memory, GoVersion version, Address info) {
  if (info == 0) return {};
  Numbers numbers(memory, info);
  DeferSlots defers = version >= kSlotsInARow   ? in_a_row(numbers)
                      : version >= kOneWordEach ? with_closures(numbers)
                                                : with_arguments(numbers);
  return numbers.sound() && defers.bits != 0 ? defers : DeferSlots();
}

}  // namespace goknot::target
