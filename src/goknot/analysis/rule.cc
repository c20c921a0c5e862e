// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/rule.h"

#include <algorithm>

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
      graph_(scene),
      claimed_(scene.snapshot().goroutines.size(), false),
      moved_(scene.snapshot().goroutines.size(), false) {
  if (!scene.snapshot().second_look) return;
  for (const std::uint32_t row : scene.snapshot().second_look->moved) moved_[row] = true;
}

std::vector<std::uint32_t> Evidence::behind(std::span<const std::uint32_t> roots) const {
  std::vector<std::uint32_t> all(roots.begin(), roots.end());
  all.insert(all.end(), claimed_rows_.begin(), claimed_rows_.end());
  std::vector<std::uint32_t> rows = graph_.behind(all);
  std::erase_if(rows, [this](std::uint32_t row) { return explained(row); });
  return rows;
}

bool Evidence::explained_group(std::size_t group) const {
  return std::ranges::all_of(scene_.groups()[group].members,
                             [this](std::uint32_t row) { return explained(row); });
}

std::vector<std::uint32_t> Evidence::unexplained(std::size_t group) const {
  std::vector<std::uint32_t> rows;
  std::ranges::copy_if(scene_.groups()[group].members, std::back_inserter(rows),
                       [this](std::uint32_t row) { return !explained(row); });
  return rows;
}

void Evidence::explain(const Draft& draft) {
  for (const auto* rows : {&draft.roots, &draft.victims}) {
    for (const std::uint32_t row : *rows) {
      if (!claimed_[row]) claimed_rows_.push_back(row);
      claimed_[row] = true;
    }
  }
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
