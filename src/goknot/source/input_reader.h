// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/buffer.h"
#include "goknot/base/result.h"
#include "goknot/model/gap.h"
#include "goknot/model/series.h"
#include "goknot/source/allowance.h"
#include "goknot/source/format.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace goknot::source {

// Bytes as they came in, before anybody looked into them.
struct Received {
  std::string name;  // for messages and snapshots: harmless to show
  Buffer bytes;
  std::vector<Gap> gaps = {};                        // of its last snapshot
  bool complete = true;                              // false: the end of it did not arrive
  std::optional<std::uint64_t> declared_total = {};  // goroutines the source says there were
  std::string taken_at = {};                         // RFC 3339, empty if unknown
};

// The snapshots in some bytes, whatever they are packed in and whichever of the formats they have:
// unpacks, takes log prefixes off, lets the first format that recognises a text read it. What is no
// dump is passed over where something else is one. Errors: not recognised (unsupported), damaged.
Result<Series> read_received(Received received, const UnpackLimits& limits,
                             std::span<const Format* const> formats);

}  // namespace goknot::source
