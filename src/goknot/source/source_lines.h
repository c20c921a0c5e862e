// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <span>
#include <string>

namespace goknot::source {

// The lines of source that stand behind the frames of these goroutines, outside the standard
// library, as far as the files are at hand: Go files where the program says they were when it was
// built, which nobody has written to since. That none is there is no error.
absl::flat_hash_map<FrameId, std::string> source_lines(const Snapshot& snapshot,
                                                       std::span<const std::uint32_t> rows);

}  // namespace goknot::source
