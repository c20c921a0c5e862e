// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/counts.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <algorithm>

namespace goknot::analysis {

namespace {

std::string_view status_key(const Snapshot& snapshot, const Goroutine& goroutine) {
  const std::string_view status = snapshot.strings[goroutine.status];
  return status.empty() ? "unknown" : status;
}

void count_statuses(const Snapshot& snapshot,
                    absl::flat_hash_map<std::string, std::uint64_t>& sums) {
  std::vector<std::uint64_t> by_id(snapshot.strings.size() + 1, 0);
  for (const Goroutine& g : snapshot.goroutines) {
    by_id[g.status ? g.status.index() : snapshot.strings.size()] += g.count;
  }
  for (std::size_t i = 0; i < by_id.size(); i++) {
    if (by_id[i] == 0) continue;
    Goroutine probe;
    if (i < snapshot.strings.size()) probe.status = StringId(i);
    sums[std::string(status_key(snapshot, probe))] += by_id[i];
  }
}

}  // namespace

Counts count(const Series& series) {
  Counts counts;
  absl::flat_hash_map<std::string, std::uint64_t> statuses;
  absl::flat_hash_set<std::int64_t> ids;
  for (const Snapshot& snapshot : series.snapshots) {
    if (series.snapshots.size() == 1) ids.reserve(snapshot.goroutines.size());
    for (const Goroutine& g : snapshot.goroutines) {
      counts.goroutines += g.count;
      if (g.system) counts.system += g.count;
      if (g.id >= 0) ids.insert(g.id);
      if (g.id < 0) counts.unique_ids += g.count;
    }
    count_statuses(snapshot, statuses);
  }
  counts.unique_ids += ids.size();
  counts.by_status.assign(statuses.begin(), statuses.end());
  std::ranges::sort(counts.by_status, [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  return counts;
}

std::vector<SnapshotSummary> summarise(const Series& series) {
  std::vector<SnapshotSummary> summaries;
  for (const Snapshot& snapshot : series.snapshots) {
    summaries.push_back({snapshot.name, snapshot.origin.taken_at, snapshot.line,
                         snapshot.goroutine_count(), snapshot.origin.complete});
  }
  return summaries;
}

}  // namespace goknot::analysis
