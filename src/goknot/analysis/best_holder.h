// SPDX-License-Identifier: Apache-2.0
// Which of those that may hold a lock is to be followed.
#pragma once

#include "goknot/analysis/locks.h"
#include "goknot/analysis/scene.h"

namespace goknot::analysis {

// The holder that stands out: the strongest hint, if one goroutine only (or several on one stack)
// has it. Candidates that wait for the same lock count only if no other is as strong. Of several
// readers that memory shows all hold it: then the one that is least able to leave.
const Holder* find_best_holder(const Scene& scene, const ContendedLock& lock);

}  // namespace goknot::analysis
