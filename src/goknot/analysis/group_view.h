// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/analysis/scene.h"
#include "goknot/model/diagnosis.h"

#include <string>
#include <vector>

namespace goknot::analysis {

// The groups of a scene as shown: largest first, the runtime's own last.
std::vector<GroupView> make_group_views(const Scene& scene);

// The ids of those views, in the scene's order of groups.
std::vector<std::string> number_groups(const Scene& scene);

// One group as shown; `id` is left empty.
GroupView make_group_view(const Snapshot& snapshot, const Group& group);

// What the goroutines of the scene are there for, where a library shape says so: "accept loop": 4.
// Most frequent first.
std::vector<std::pair<std::string, std::uint64_t>> count_purposes(const Scene& scene);

}  // namespace goknot::analysis
