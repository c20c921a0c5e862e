// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/batch.h"
#include "goknot/target/layouts/layout.h"

#include <cstdint>
#include <optional>

namespace goknot::target {

// Asks for what tells until when a goroutine waits, for which descriptor, and on which thread it
// is.
void want_detail(const Layout& layout, const Specimen& specimen, Surroundings& surroundings);

// What is known of one goroutine besides its stack and the objects it waits for. `now` is the
// program's nanotime; without it no time is told.
GoroutineDetail goroutine_detail(const Layout& layout, const Specimen& specimen,
                                 const Surroundings& surroundings, std::optional<std::int64_t> now);

// The minutes a goroutine has been blocked, as Go prints them: since the first collection that saw
// it so. -1: less than one, or not known.
std::int32_t wait_minutes(const GoroutineRecord& record, std::optional<std::int64_t> now);

}  // namespace goknot::target
