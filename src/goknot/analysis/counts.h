// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/diagnosis.h"
#include "goknot/model/series.h"

namespace goknot::analysis {

// Counts over every goroutine of every snapshot; `stacks` of the subject only.
Counts count(const Series& series);

// One line for each snapshot.
std::vector<SnapshotSummary> summarise(const Series& series);

}  // namespace goknot::analysis
