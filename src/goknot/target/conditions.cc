// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/conditions.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace goknot::target {

namespace {

constexpr Address kWord = 8;
constexpr std::size_t kLocker = 16;              // bytes of Cond.L, with which a Cond begins
constexpr std::size_t kMostConditionWords = 64;  // Wait and what it calls have small frames

// The words in which a goroutine inside sync.Cond.Wait may keep its condition: those of Wait's
// frame, of what it called, and its argument. Empty if it is not in Wait.
// Where the Cond is kept is up to the compiler; but it is one of few words, and the lock of a Cond
// is read and compared, so that it is enough to try them all.
std::vector<Address> condition_words(const Specimen& specimen, std::size_t activation) {
  std::vector<Address> words;
  if (!specimen.activations[activation].site->is_cond_wait) return words;
  const Address end = specimen.activations[activation].arguments + 2 * kWord;
  Address at = specimen.activations.front().sp;
  if (end - at > kMostConditionWords * kWord) at = end - kMostConditionWords * kWord;
  for (at &= ~(kWord - 1); at < end; at += kWord) {
    const auto word = specimen.stack.word(at);
    if (word && *word > 4096 && *word % kWord == 0) words.push_back(*word);
  }
  return words;
}

std::span<const std::byte> bytes_at(const Specimen& specimen, const Surroundings& surroundings,
                                    Address address, std::size_t size) {
  const auto on_stack = specimen.stack.from(address);
  return on_stack.size() >= size ? on_stack.first(size) : surroundings.at(address, size);
}

}  // namespace

void want_conditions(const Specimen& specimen, Surroundings& surroundings) {
  // Of one that is parked in Wait the condition is known, and wanted as what it waits for. Among
  // the words on its stack are numbers that only look like addresses.
  bool is_known = specimen.record.parked.reason == WaitReason::cond_wait;
  for (std::size_t i = 0; i < specimen.activations.size(); ++i) {
    if (!specimen.activations[i].site->is_cond_wait || std::exchange(is_known, false)) continue;
    for (const Address word : condition_words(specimen, i)) surroundings.want(word, kLocker);
  }
}

bool waits_with(const Specimen& specimen, const Surroundings& surroundings, std::size_t activation,
                Address lock) {
  return std::ranges::any_of(condition_words(specimen, activation), [&](Address condition) {
    const auto locker = bytes_at(specimen, surroundings, condition, kLocker);
    return !locker.empty() && load<Address>(locker, kWord) == lock;
  });
}

}  // namespace goknot::target
