// SPDX-License-Identifier: Apache-2.0
// sync.Cond gives its lock up while it waits.
#pragma once

#include "goknot/target/batch.h"

#include <cstddef>

namespace goknot::target {

// Asks for the conditions that a goroutine in sync.Cond.Wait may be waiting with.
// `c.L.Unlock()` is made inside Wait, so a goroutine with `defer mu.Unlock()` pending that is in
// Wait does not hold mu. It is the commonest of all shapes that look like a holder: every worker of
// a pool that is built on a Cond stands so.
void want_conditions(const Specimen& specimen, Surroundings& surroundings);

// Whether a goroutine that is in Wait at this activation waits with that lock given up.
bool waits_with(const Specimen& specimen, const Surroundings& surroundings, std::size_t activation,
                Address lock);

}  // namespace goknot::target
