// SPDX-License-Identifier: Apache-2.0
// The front door: from what the user named to snapshots.
#pragma once

#include "goknot/base/result.h"
#include "goknot/model/series.h"
#include "goknot/source/allowance.h"
#include "goknot/source/core_input.h"
#include "goknot/source/format.h"
#include "goknot/source/http_source.h"
#include "goknot/source/process_source.h"
#include "goknot/source/target.h"

#include <cstddef>
#include <span>

namespace goknot::source {

// How targets are opened.
struct OpenOptions {
  std::size_t limit = std::size_t{4} << 30U;  // bytes of one input, as it comes in
  UnpackLimits unpack = {};
  HttpSourceOptions http = {};
  CoreOptions core = {};
  ProcessOptions process = {};
};

// The snapshots of all targets, in their order. Errors: those of the system and the network, and
// unsupported for what is no dump or cannot be read by this build.
Result<Series> open(std::span<const Target> targets, const OpenOptions& options = {},
                    std::span<const Format* const> known = formats());

}  // namespace goknot::source
