// SPDX-License-Identifier: Apache-2.0
#include "goknot/model/receivers.h"

#include "goknot/model/arguments.h"
#include "goknot/model/function_name.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <vector>

namespace goknot {

namespace {

constexpr std::uint64_t kLeastAddress = 4096;

// Addresses that doubtful words show again and again: an address counts that stands in different
// functions of different goroutines.
// go1.17 has no marks, so every word is doubtful. What stands as first argument of (*Hub).Add of
// one goroutine and of (*Hub).Get of another is hardly left over from something else in both.
class Tally {
 public:
  void add(std::uint64_t address, StringId function, std::size_t row) {
    Seen& seen = seen_[address];
    if (seen.functions.empty()) seen.row = row;
    seen.elsewhere = seen.elsewhere || seen.row != row;
    seen.functions.insert(function);
  }

  // The only one that counts.
  std::optional<std::uint64_t> only_one() const {
    std::optional<std::uint64_t> found;
    for (const auto& [address, seen] : seen_) {
      if (!seen.elsewhere || seen.functions.size() < 2) continue;
      if (found) return std::nullopt;
      found = address;
    }
    return found;
  }

 private:
  struct Seen {
    std::size_t row = 0;  // of the first goroutine
    bool elsewhere = false;
    absl::flat_hash_set<StringId> functions;
  };
  absl::flat_hash_map<std::uint64_t, Seen> seen_;
};

bool has_marks(const Snapshot& snapshot) {
  return std::ranges::any_of(snapshot.arguments, [&](const TextSpan& span) {
    return span.offset <= snapshot.text.size() &&
           snapshot.text.substr(span.offset, span.length).contains('?');
  });
}

}  // namespace

Receivers::Receivers(const Snapshot& snapshot) : snapshot_(snapshot) {}

std::optional<std::uint64_t> Receivers::at(const Goroutine& goroutine, std::uint32_t depth) {
  if (snapshot_.origin.detail == Detail::memory) return {};
  const Argument word = first_argument(snapshot_.argument_text(goroutine, depth));
  if (!word.known || word.value < kLeastAddress) return {};
  const FrameId frame = snapshot_.stacks.frames(goroutine.stack)[depth];
  const Type type = type_of(snapshot_.stacks[frame].function);
  if (type.second.empty()) return {};
  if (marked() && word.exact) return word.value;
  return only_one_of(type) == word.value ? std::optional(word.value) : std::nullopt;
}

std::optional<std::uint64_t> Receivers::only_one(StringId function) {
  const Type type = type_of(function);
  if (type.second.empty() || snapshot_.origin.detail == Detail::memory) return {};
  return only_one_of(type);
}

// A closure has no receiver; one that is a value has no address.
Receivers::Type Receivers::type_of(StringId function) {
  const auto [entry, added] = types_.try_emplace(function);
  if (added) {
    const std::string_view text = snapshot_.strings[function];
    const FunctionName name = parse_function_name(text);
    if (name.suffix.empty() && text.contains(".(")) entry->second = {name.package, name.type};
  }
  return entry->second;
}

bool Receivers::marked() {
  if (!marked_) marked_ = has_marks(snapshot_);
  return *marked_;
}

std::optional<std::uint64_t> Receivers::only_one_of(const Type& type) {
  const auto found = only_ones_.find(type);
  if (found != only_ones_.end()) return found->second;
  return only_ones_.emplace(type, find_only_one(type)).first->second;
}

// Goes on until a second object is met: then there is no only one.
std::optional<std::uint64_t> Receivers::find_only_one(const Type& type) {
  absl::flat_hash_map<StackId, std::vector<std::uint32_t>> depths;
  absl::flat_hash_set<std::uint64_t> sure;
  Tally doubtful;
  for (std::size_t row = 0; row < snapshot_.goroutines.size() && sure.size() < 2; ++row) {
    const Goroutine& goroutine = snapshot_.goroutines[row];
    const auto frames = snapshot_.stacks.frames(goroutine.stack);
    const auto [entry, added] = depths.try_emplace(goroutine.stack);
    for (std::uint32_t depth = 0; added && depth < frames.size(); ++depth) {
      if (type_of(snapshot_.stacks[frames[depth]].function) == type) entry->second.push_back(depth);
    }
    for (const std::uint32_t depth : entry->second) {
      const Argument word = first_argument(snapshot_.argument_text(goroutine, depth));
      if (!word.known || word.value < kLeastAddress) continue;
      if (!marked()) doubtful.add(word.value, snapshot_.stacks[frames[depth]].function, row);
      if (marked() && word.exact) sure.insert(word.value);
    }
  }
  if (!marked()) return doubtful.only_one();
  return sure.size() == 1 ? std::optional(*sure.begin()) : std::nullopt;
}

}  // namespace goknot
