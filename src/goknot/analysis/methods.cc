// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/methods.h"

#include "goknot/model/arguments.h"
#include "goknot/model/function_name.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace goknot::analysis {

namespace {

constexpr std::size_t kMostRead = 2000;         // goroutines whose arguments are read
constexpr std::uint64_t kLowestAddress = 4096;  // no object lies below

}  // namespace

StringId Methods::type_of(StringId function) {
  const auto [entry, added] = types_.try_emplace(function);
  if (added) {
    const std::string_view text = snapshot_.strings[function];
    const FunctionName name = parse_function_name(text);
    if (!name.type.empty() && !is_standard_package(name.package)) {
      std::string type(name.package);
      entry->second = snapshot_.strings.find(type.append(".").append(name.type));
    }
  }
  return entry->second;
}

bool Methods::is_closure(StringId function) {
  const auto [entry, added] = closures_.try_emplace(function);
  if (added) entry->second = !parse_function_name(snapshot_.strings[function]).suffix.empty();
  return entry->second;
}

std::optional<std::uint64_t> Methods::receiver_at(const Goroutine& goroutine, std::uint32_t depth) {
  const Argument word = first_argument(snapshot_.argument_text(goroutine, depth));
  if (word.known && word.exact) return word.value;
  return receivers_.at(goroutine, depth);
}

const absl::flat_hash_set<std::uint64_t>& Methods::seen_receivers(StringId type) {
  if (!noted_) note_receivers();
  return seen_[type];
}

void Methods::note_receivers() {
  noted_ = true;
  const std::size_t rows = std::min(snapshot_.goroutines.size(), kMostRead);
  for (std::size_t row = 0; row < rows; row++) {
    const Goroutine& goroutine = snapshot_.goroutines[row];
    const auto frames = snapshot_.stacks.frames(goroutine.stack);
    for (std::uint32_t depth = 0; depth < frames.size(); depth++) {
      const StringId function = snapshot_.stacks[frames[depth]].function;
      const StringId type = type_of(function);
      if (!type || is_closure(function)) continue;
      const auto receiver = receiver_at(goroutine, depth);
      if (receiver && *receiver >= kLowestAddress) seen_[type].insert(*receiver);
    }
  }
}

}  // namespace goknot::analysis
