// SPDX-License-Identifier: Apache-2.0
// Waits that may end by way of others.
#pragma once

#include "goknot/analysis/locks.h"
#include "goknot/analysis/scene.h"

namespace goknot::analysis {

// Whether somebody who moves may end the wait of a lock's holder, directly or by way of goroutines
// that the holder waits for. In Go terms: the holder is in wg.Wait() for a task that is in
// pipe.Write, and whoever reads that pipe only sleeps.
bool may_be_relayed(const Scene& scene, const ContendedLock& lock, const Holder& holder);

}  // namespace goknot::analysis
