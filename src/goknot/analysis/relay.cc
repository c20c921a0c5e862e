// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/relay.h"

#include "goknot/analysis/movers.h"
#include "goknot/model/arguments.h"
#include "goknot/model/function_name.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <limits>
#include <string_view>
#include <vector>

namespace goknot::analysis {

namespace {

constexpr std::size_t kMostRead = 2000;     // goroutines whose arguments are read
constexpr std::uint64_t kLowest = 1 << 16;  // what is below is no address
constexpr std::uint32_t kWhole = std::numeric_limits<std::uint32_t>::max();

// Whether the first argument of a function names something through which goroutines meet: a pipe, a
// channel, a wait group. Of locks others tell.
bool is_meeting_place(std::string_view function) {
  if (function.starts_with("runtime.chan")) return true;
  const FunctionName name = parse_function_name(function);
  if (name.type.empty() || !is_standard_package(name.package)) return false;
  return name.package != "internal/sync" &&
         (name.package != "sync" || name.type == "WaitGroup" || name.type == "Cond");
}

// Whether a goroutine waits for another one. A library's loop that waits as it should is passed on
// to whoever should wake it, too.
bool waits_for_others(const Traits& traits) {
  return traits.standing == Standing::channel || traits.standing == Standing::join ||
         (traits.standing == Standing::idle && traits.kind != ObjectKind::socket);
}

// Whether a goroutine goes on by itself, or when something from outside comes.
bool goes_on(const Traits& traits) {
  return may_move(traits.standing) ||
         (traits.standing == Standing::idle && traits.kind == ObjectKind::socket);
}

// Breadth first from the holder, by what stands in arguments.
class Search {
 public:
  Search(const Scene& scene, Relays& relays, const ContendedLock& lock, const Holder& holder)
      : scene_(scene), relays_(relays), lock_(lock), holder_(holder) {}

  bool finds_mover();

 private:
  bool is_behind(std::uint32_t row) const;
  void add_places(std::uint32_t row, std::uint32_t last);
  bool take(std::uint32_t row);

  const Scene& scene_;
  Relays& relays_;
  const ContendedLock& lock_;
  const Holder& holder_;
  absl::flat_hash_set<std::uint32_t> taken_;
  absl::flat_hash_set<std::uint64_t> seen_;
  std::vector<std::uint64_t> places_;
};

// The holder, and those who wait for its lock, do not move before it does.
bool Search::is_behind(std::uint32_t row) const {
  return row == holder_.row || std::ranges::binary_search(lock_.waiters, row);
}

// Where a goroutine waits for others, as far as it is printed.
void Search::add_places(std::uint32_t row, std::uint32_t last) {
  const Goroutine& goroutine = scene_.goroutine(row);
  const auto functions = scene_.functions(goroutine.stack);
  for (std::uint32_t depth = 0; depth < functions.size() && depth < last; depth++) {
    if (!is_meeting_place(functions[depth])) continue;
    const Argument place = first_argument(scene_.snapshot().argument_text(goroutine, depth));
    if (!place.known || !place.exact || place.value < kLowest) continue;
    if (seen_.insert(place.value).second) places_.push_back(place.value);
  }
}

// Whether this one moves; if it waits for others, those are asked next.
bool Search::take(std::uint32_t row) {
  if (is_behind(row) || !taken_.insert(row).second) return false;
  if (waits_for_others(scene_.traits_of(row))) add_places(row, kWhole);
  return goes_on(scene_.traits_of(row));
}

bool Search::finds_mover() {
  add_places(holder_.row, holder_.frame);
  for (std::size_t next = 0; next < places_.size(); next++) {
    const auto& users = relays_.users_of(places_[next]);
    if (std::ranges::any_of(users, [this](auto row) { return take(row); })) return true;
  }
  return false;
}

}  // namespace

bool Relays::may_end(const ContendedLock& lock, const Holder& holder) {
  return Search(scene_, *this, lock, holder).finds_mover();
}

const std::vector<std::uint32_t>& Relays::users_of(std::uint64_t place) {
  static const std::vector<std::uint32_t> kNobody;
  if (!read_) read_arguments();
  const auto users = users_.find(place);
  return users == users_.end() ? kNobody : users->second;
}

void Relays::read_arguments() {
  read_ = true;
  const Snapshot& snapshot = scene_.snapshot();
  const std::size_t most = std::min(snapshot.goroutines.size(), kMostRead);
  for (std::uint32_t row = 0; row < most; row++) {
    const Goroutine& goroutine = snapshot.goroutines[row];
    const std::size_t size = snapshot.stacks.frames(goroutine.stack).size();
    for (std::uint32_t depth = 0; depth < size; depth++) {
      for (const Argument& word : parse_arguments(snapshot.argument_text(goroutine, depth))) {
        if (!word.known || !word.exact || word.value < kLowest) continue;
        std::vector<std::uint32_t>& users = users_[word.value];
        if (users.empty() || users.back() != row) users.push_back(row);
      }
    }
  }
}

}  // namespace goknot::analysis
