// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/accidents.h"

#include <algorithm>

namespace goknot::analysis {

namespace {

constexpr std::size_t kMostCulprits = 64;  // of one accident that happened often
constexpr std::size_t kMostEdges = 1000;

template <typename T>
void append(const std::vector<T>& from, std::vector<T>& to, std::size_t most = SIZE_MAX) {
  const std::size_t room = to.size() < most ? most - to.size() : 0;
  const auto end = from.begin() + static_cast<std::ptrdiff_t>(std::min(room, from.size()));
  to.insert(to.end(), from.begin(), end);
}

}  // namespace

Accidents::Accidents(const Scene& scene) : scene_(scene) {
  for (const Reference& reference : scene.snapshot().references) {
    followed_.insert(reference.goroutine);
  }
}

void Accidents::add(Draft draft) {
  if (fold_into_cycle(draft)) return;
  if (!draft.title_of_many.empty()) {
    if (fold_into_same(draft)) return;
    note_cycle(draft);
  }
  drafts_.push_back(std::move(draft));
}

// Each place once, sorted.
std::vector<StackId> Accidents::places(const std::vector<std::uint32_t>& rows) const {
  std::vector<StackId> places;
  for (const std::uint32_t row : rows) places.push_back(place(row));
  std::ranges::sort(places);
  const auto rest = std::ranges::unique(places);
  places.erase(rest.begin(), rest.end());
  return places;
}

// The lowest grade counts: what is said of seven times must be true of each.
bool Accidents::fold_into_same(const Draft& draft) {
  Key key(draft.rule, draft.severity, draft.shape,
          places(draft.roots.empty() ? draft.victims : draft.roots));
  const auto [entry, added] = known_.try_emplace(std::move(key), drafts_.size());
  if (added) return false;
  Draft& first = drafts_[entry->second];
  ++first.times;
  append(draft.roots, first.roots);
  append(draft.victims, first.victims);
  append(draft.edges, first.edges, kMostEdges);
  append(draft.culprits, first.culprits, kMostCulprits);
  first.grade = std::min(first.grade, draft.grade);
  return true;
}

void Accidents::note_cycle(const Draft& draft) {
  if (draft.shape != Shape::cycle || draft.roots.empty()) return;
  Cycle cycle{.draft = drafts_.size(), .size_of_one = draft.roots.size(), .roots = {}, .all = {}};
  for (const std::uint32_t row : draft.roots) {
    cycle.roots.insert(place(row));
    cycle_at_.try_emplace(place(row), cycles_.size());
  }
  cycle.all = cycle.roots;
  for (const std::uint32_t row : draft.victims) cycle.all.insert(place(row));
  cycles_.push_back(std::move(cycle));
}

// Whether everybody in a draft stands where somebody in a cycle does, and was not followed.
bool Accidents::fits(const Draft& draft, const Cycle& cycle) const {
  return std::ranges::all_of(draft.roots,
                             [&](std::uint32_t row) {
                               return cycle.roots.contains(place(row)) && !followed_.contains(row);
                             }) &&
         std::ranges::all_of(draft.victims,
                             [&](std::uint32_t row) { return cycle.all.contains(place(row)); });
}

// Example: a thousand pairs of goroutines wait for each other. Of the thousand that stand in one
// place 64 are followed (target/heap/referrers.cc) and seen to be in cycles; the others look like
// orphans. As everybody in such a draft stands where members of the cycle do, they are taken for
// more of the same.
bool Accidents::fold_into_cycle(const Draft& draft) {
  if (draft.shape != Shape::orphan || draft.severity < Severity::leak || draft.roots.empty()) {
    return false;
  }
  const auto found = cycle_at_.find(place(draft.roots.front()));
  if (found == cycle_at_.end() || !fits(draft, cycles_[found->second])) return false;
  const Cycle& cycle = cycles_[found->second];
  Draft& known = drafts_[cycle.draft];
  append(draft.roots, known.roots);
  for (const std::uint32_t row : draft.victims) {
    (cycle.roots.contains(place(row)) ? known.roots : known.victims).push_back(row);
  }
  append(draft.edges, known.edges, kMostEdges);
  known.grade = std::min(known.grade, draft.grade);
  known.times = std::max(known.times, known.roots.size() / cycle.size_of_one);
  return true;
}

}  // namespace goknot::analysis
