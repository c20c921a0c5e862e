// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/growth.h"

namespace goknot::analysis {

namespace {

constexpr std::uint64_t kGrown = 10;

struct Count {
  std::uint64_t all = 0;
  bool one_left = false;
};

// The goroutines of an earlier look that stood where the group stands now.
// Whether a stack is the same is worked out once for each stack of the earlier look, not for each
// goroutine: -1 in `same` is "not asked yet".
Count count_in(const Scene& scene, const Snapshot& before, const Group& group) {
  Count count;
  std::vector<std::int8_t> same(before.stacks.size(), -1);
  for (const Goroutine& g : before.goroutines) {
    if (!g.stack) continue;
    std::int8_t& known = same[g.stack.index()];
    if (known < 0) known = same_stack(before, g.stack, scene.snapshot(), group.stack) ? 1 : 0;
    if (known == 0) continue;
    count.all += g.count;
    if (g.id > 0 && !scene.find(g.id)) count.one_left = true;
  }
  return count;
}

}  // namespace

Growth find_growth(const Scene& scene, std::size_t index) {
  const Group& group = scene.groups()[index];
  Growth growth;
  std::uint64_t last = 0;
  for (const Snapshot* before : scene.earlier()) {
    const Count count = count_in(scene, *before, group);
    if (growth.looks == 1) growth.at_first = count.all;
    if (count.all < last) growth.never_shrank = false;
    if (count.one_left) growth.none_left = false;
    last = count.all;
    growth.looks++;
  }
  if (group.count < last) growth.never_shrank = false;
  return growth;
}

bool has_grown(const Scene& scene, std::size_t index) {
  const std::uint64_t now = scene.groups()[index].count;
  if (scene.earlier().empty() || now < kGrown) return false;
  const Growth growth = find_growth(scene, index);
  return growth.never_shrank && now >= growth.at_first + kGrown && now >= 2 * growth.at_first;
}

}  // namespace goknot::analysis
