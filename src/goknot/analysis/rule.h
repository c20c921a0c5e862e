// SPDX-License-Identifier: Apache-2.0
// What a rule is. Every known illness is one file in rules/ and one line in rules.def.
#pragma once

#include "goknot/analysis/callers.h"
#include "goknot/analysis/draft.h"
#include "goknot/analysis/lock_index.h"
#include "goknot/analysis/locks.h"
#include "goknot/analysis/scene.h"
#include "goknot/analysis/wait_graph.h"

#include <span>
#include <string_view>
#include <vector>

namespace goknot::analysis {

// What rules look at, and which goroutines need no explanation any more: a goroutine is in one
// finding only, and who has moved between two looks is not stuck.
class Evidence {
 public:
  // Both must outlive it.
  Evidence(const Scene& scene, const std::vector<ContendedLock>& locks);

  const Scene& scene() const { return scene_; }
  std::span<const ContendedLock> locks() const { return locks_; }
  // Who waits for which of them, and whom each goroutine keeps waiting.
  const LockIndex& lock_index() const { return lock_index_; }
  // Who asks busy objects through channels.
  const Callers& callers() const { return callers_; }
  // Who could wake whom among those that nothing alive can wake.
  const WaitGraph& graph() const { return graph_; }
  // Those whose every way forward leads through `roots` or through what earlier findings explain.
  std::vector<std::uint32_t> behind(std::span<const std::uint32_t> roots) const;
  // Whether an earlier finding explains this goroutine, or it has moved since it was copied.
  bool explained(std::uint32_t row) const { return claimed_[row] || moved_[row]; }
  // Whether an earlier finding explains it.
  bool claimed(std::uint32_t row) const { return claimed_[row]; }
  // Whether it has moved since it was copied.
  bool moved(std::uint32_t row) const { return moved_[row]; }
  // Whether nothing is left to explain of the members of a group.
  bool explained_group(std::size_t group) const { return left_[group] == 0; }
  // The members of a group that nothing explains yet.
  std::vector<std::uint32_t> unexplained(std::size_t group) const;
  // Notes what a finding explains.
  void explain(const Draft& draft);

 private:
  const Scene& scene_;
  const std::vector<ContendedLock>& locks_;
  LockIndex lock_index_;
  Callers callers_;
  WaitGraph graph_;
  WaitGraph::Passed passed_;              // by what is claimed
  std::vector<std::uint32_t> left_over_;  // behind what is claimed, and not claimed; sorted
  std::vector<std::size_t> left_;         // by group: members that nothing explains
  std::vector<bool> claimed_;
  std::vector<bool> moved_;
};

struct Rule {
  std::string_view id;       // "lock-held-across-wait"
  std::string_view summary;  // one line for `goknot rules`
  std::string_view meaning;  // what it says and on which evidence
  std::string_view caveat;   // where it may be wrong
  std::vector<Draft> (*find)(const Evidence& evidence);
};

// A draft about the goroutines of one group that nothing explains yet: they are the roots, and each
// waits.
Draft start_draft(const Evidence& evidence, std::size_t group, std::string_view rule);

// All rules, the most specific first.
std::span<const Rule* const> rules();

#define RULE(name) extern const Rule name##_rule;
#include "goknot/analysis/rules/rules.def"
#undef RULE

}  // namespace goknot::analysis
