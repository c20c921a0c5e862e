// SPDX-License-Identifier: Apache-2.0
// The same accident that has happened several times is one finding.
#pragma once

#include "goknot/analysis/draft.h"
#include "goknot/analysis/scene.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace goknot::analysis {

// Collects drafts. Those of one rule whose roots stand in the same places become one; so does a
// draft about goroutines without a partner that stand where others were seen to wait for each
// other, if these were not followed on their own: where many stand in one place, only some are.
class Accidents {
 public:
  // The scene must outlive it.
  explicit Accidents(const Scene& scene);

  void add(Draft draft);
  // All of them, in the order in which the first of each kind came.
  std::vector<Draft> take() { return std::move(drafts_); }

 private:
  using Key = std::tuple<std::string_view, Severity, Shape, std::vector<StackId>>;

  // Where those stand that a kind of cycle is made of, and all that belongs to it.
  struct Cycle {
    std::size_t draft = 0;
    std::size_t size_of_one = 0;  // roots
    absl::flat_hash_set<StackId> roots, all;
  };

  StackId place(std::uint32_t row) const { return scene_.goroutine(row).stack; }
  std::vector<StackId> places(const std::vector<std::uint32_t>& rows) const;
  bool fits(const Draft& draft, const Cycle& cycle) const;
  bool fold_into_cycle(const Draft& draft);
  bool fold_into_same(const Draft& draft);
  void note_cycle(const Draft& draft);

  const Scene& scene_;
  std::vector<Draft> drafts_;
  absl::flat_hash_map<Key, std::size_t> known_;
  std::vector<Cycle> cycles_;
  absl::flat_hash_map<StackId, std::size_t> cycle_at_;  // by the place of each root
  absl::flat_hash_set<std::uint32_t> followed_;         // rows
};

}  // namespace goknot::analysis
