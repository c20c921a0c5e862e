// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/second_look.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>

namespace goknot::analysis {

std::vector<std::uint32_t> participants(const Snapshot& snapshot, const Diagnosis& diagnosis) {
  absl::flat_hash_set<std::int64_t> ids;
  for (const Finding& finding : diagnosis.findings) {
    if (finding.severity == Severity::info) continue;
    ids.insert(finding.roots.begin(), finding.roots.end());
    ids.insert(finding.victims.begin(), finding.victims.end());
    for (const Edge& edge : finding.edges) ids.insert(edge.goroutine);
    for (const Culprit& culprit : finding.culprits) {
      if (culprit.goroutine) ids.insert(*culprit.goroutine);
    }
  }
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < snapshot.goroutines.size(); ++row) {
    if (ids.contains(snapshot.goroutines[row].id)) rows.push_back(row);
  }
  return rows;
}

void set_moving(Snapshot& snapshot, std::span<const std::uint32_t> rows) {
  const absl::flat_hash_set<std::uint32_t> moved(rows.begin(), rows.end());
  const StringId runnable = snapshot.strings.add("runnable");
  for (const std::uint32_t row : rows) {
    Goroutine& goroutine = snapshot.goroutines[row];
    goroutine.state = State::runnable;
    goroutine.reason = WaitReason::none;
    goroutine.status = runnable;
    goroutine.wait_minutes = -1;
    goroutine.leaked = false;
    goroutine.reach = Reach::unknown;
  }
  const auto is_of_moved = [&moved](const auto& fact) { return moved.contains(fact.goroutine); };
  std::erase_if(snapshot.waits, is_of_moved);
  std::erase_if(snapshot.holds, is_of_moved);
  std::erase_if(snapshot.references, is_of_moved);
}

}  // namespace goknot::analysis
