// SPDX-License-Identifier: Apache-2.0
// From snapshots to a verdict: who waits for what, who is to blame, how sure that is.
#pragma once

#include "goknot/base/result.h"
#include "goknot/model/diagnosis.h"
#include "goknot/model/series.h"

#include <cstdint>
#include <string>
#include <vector>

namespace goknot::analysis {

// Whether a diagnosis carries its groups with all their frames, or findings and counts alone. The
// numbers that findings refer to are the same.
enum class GroupDetail : std::uint8_t { whole, none };

struct DiagnoseOptions {
  // Functions, rule ids or fingerprints: findings that name one are left out, and counted in the
  // verdict.
  std::vector<std::string> ignore;
  GroupDetail groups = GroupDetail::whole;
};

// Diagnoses the last complete snapshot of a series; the earlier ones are evidence. Counts cover
// all. Pure: the same series gives the same diagnosis. Error: the embedded table of shapes is
// broken, which tests exclude.
Result<Diagnosis> diagnose(const Series& series, const DiagnoseOptions& options = {});

}  // namespace goknot::analysis
