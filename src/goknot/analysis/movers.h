// SPDX-License-Identifier: Apache-2.0
// Who goes on by itself, or when something comes from outside of the program: others may wait for
// such a goroutine with reason.
#pragma once

#include "goknot/analysis/scene.h"

#include <cstddef>
#include <ranges>

namespace goknot::analysis {

// Whether a goroutine runs, sleeps for a time or waits for the world.
inline bool may_move(Standing standing) {
  return standing == Standing::moving || standing == Standing::outside;
}

// The indices of the groups (Scene::groups) of which that is so. The scene must outlive it.
inline auto moving_groups(const Scene& scene) {
  return std::views::iota(std::size_t{0}, scene.groups().size()) |
         std::views::filter(
             [&scene](std::size_t group) { return may_move(scene.traits(group).standing); });
}

}  // namespace goknot::analysis
