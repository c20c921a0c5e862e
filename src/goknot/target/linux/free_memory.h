// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/linux/system.h"

#include <cstdint>

namespace goknot::target {

// How many bytes of memory this machine can still give without swapping; 4 GB if it does not say.
std::uint64_t free_memory(const System& system = {});

}  // namespace goknot::target
