// SPDX-License-Identifier: Apache-2.0
// A snapshot as a pprof profile that `go tool pprof` opens and goknot reads back whole
// (docs/formats/profile.md).
#pragma once

#include "goknot/base/result.h"
#include "goknot/model/series.h"
#include "goknot/model/snapshot.h"

#include <string>

namespace goknot::output {

// The profile of one snapshot, as protobuf, not compressed.
std::string encode_profile(const Snapshot& snapshot);

// The last snapshot of a series as a gzipped profile, what `goknot save` writes. Errors: usage
// (there is none).
Result<std::string> write_profile(const Series& series);

}  // namespace goknot::output
