// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/analysis/draft.h"
#include "goknot/analysis/rule.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace goknot::analysis {

// Cycles of which memory shows all but that nobody else could step in: a goroutine holds a lock and
// waits on a channel, and all whose code is going to answer there wait for that very lock.
// Something alive still refers to the channel, as in any server, so they are never more than
// likely.
std::vector<Draft> find_locked_out(const Evidence& evidence);

// The draft of such a cycle without its evidence, graded by that of the holder. `answering` are
// those of the lock's waiters who would answer, `who` the word for them: "all", or "those" if not
// everybody is seen.
Draft answered_by_waiters(const Scene& scene, const ContendedLock& lock, const Holder& holder,
                          std::span<const std::uint32_t> answering, std::string_view who);

}  // namespace goknot::analysis
