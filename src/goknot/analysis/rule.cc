// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/rule.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <iterator>

namespace goknot::analysis {

namespace {

constexpr const Rule* kRules[] = {
#define RULE(name) &name##_rule,
#include "goknot/analysis/rules/rules.def"
#undef RULE
};

}  // namespace

std::span<const Rule* const> rules() { return kRules; }

Evidence::Evidence(const Scene& scene, const std::vector<ContendedLock>& locks)
    : scene_(scene),
      locks_(locks),
      lock_index_(scene, locks),
      callers_(scene),
      graph_(scene),
      left_(scene.groups().size(), 0),
      claimed_(scene.snapshot().goroutines.size(), false),
      moved_(scene.snapshot().goroutines.size(), false) {
  if (scene.snapshot().second_look) {
    for (const std::uint32_t row : scene.snapshot().second_look->moved) moved_[row] = true;
  }
  for (std::uint32_t row = 0; row < moved_.size(); row++) {
    if (!moved_[row]) ++left_[scene.group_index(row)];
  }
}

std::vector<std::uint32_t> Evidence::behind(std::span<const std::uint32_t> roots) const {
  const absl::flat_hash_set<std::uint32_t> given(roots.begin(), roots.end());
  const std::vector<std::uint32_t> found = graph_.behind(roots, passed_);
  std::vector<std::uint32_t> rows;
  std::ranges::set_union(found, left_over_, std::back_inserter(rows));
  std::erase_if(rows, [&](std::uint32_t row) { return explained(row) || given.contains(row); });
  return rows;
}

std::vector<std::uint32_t> Evidence::unexplained(std::size_t group) const {
  std::vector<std::uint32_t> rows;
  std::ranges::copy_if(scene_.groups()[group].members, std::back_inserter(rows),
                       [this](std::uint32_t row) { return !explained(row); });
  return rows;
}

// Whom a claim sets free of other ways is remembered: behind what two findings explain together
// there may be somebody who is behind neither alone. The next finding that asks takes them.
void Evidence::explain(const Draft& draft) {
  std::vector<std::uint32_t> fresh;
  for (const auto* rows : {&draft.roots, &draft.victims}) {
    for (const std::uint32_t row : *rows) {
      if (claimed_[row]) continue;
      fresh.push_back(row);
      if (!moved_[row]) --left_[scene_.group_index(row)];
      claimed_[row] = true;
    }
  }
  const std::vector<std::uint32_t> behind = graph_.pass(fresh, passed_);
  left_over_.insert(left_over_.end(), behind.begin(), behind.end());
  std::erase_if(left_over_, [this](std::uint32_t row) { return claimed_[row]; });
  std::ranges::sort(left_over_);
}

Draft start_draft(const Evidence& evidence, std::size_t group, std::string_view rule) {
  Draft draft;
  draft.rule = rule;
  draft.roots = evidence.unexplained(group);
  for (const std::uint32_t row : draft.roots) {
    if (evidence.scene().wait_of(row) != nullptr)
      draft.edges.push_back(waits_edge(evidence.scene(), row));
  }
  return draft;
}

}  // namespace goknot::analysis
