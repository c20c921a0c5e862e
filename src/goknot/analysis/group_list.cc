// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/group_list.h"

#include "goknot/analysis/group.h"
#include "goknot/analysis/group_view.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace goknot::analysis {

namespace {

// Each status of a group with its count, most frequent first.
std::vector<std::pair<std::string, std::uint64_t>> statuses_of(const Snapshot& snapshot,
                                                               const Group& group) {
  absl::flat_hash_map<std::string_view, std::uint64_t> counts;
  for (const std::uint32_t row : group.members) {
    const Goroutine& goroutine = snapshot.goroutines[row];
    const std::string_view status = snapshot.strings[goroutine.status];
    counts[status.empty() ? "unknown" : status] += goroutine.count;
  }
  std::vector<std::pair<std::string, std::uint64_t>> sorted(counts.begin(), counts.end());
  std::ranges::sort(sorted, [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  return sorted;
}

}  // namespace

std::vector<GroupView> similar_groups(const Snapshot& snapshot) {
  std::vector<GroupView> views;
  for (const Group& group : group(snapshot, {.likeness = Likeness::similar})) {
    GroupView view = make_group_view(snapshot, group);
    view.status.clear();
    view.statuses = statuses_of(snapshot, group);
    for (Place& frame : view.frames) frame.line = 0;
    views.push_back(std::move(view));
  }
  std::ranges::stable_sort(views, [](const GroupView& a, const GroupView& b) {
    return a.system != b.system ? b.system : a.count > b.count;
  });
  for (std::size_t i = 0; i < views.size(); i++) views[i].id = fmt::format("s{}", i + 1);
  return views;
}

}  // namespace goknot::analysis
