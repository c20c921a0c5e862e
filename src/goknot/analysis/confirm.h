// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/analysis/diagnose.h"
#include "goknot/base/result.h"
#include "goknot/model/diagnosis.h"
#include "goknot/model/series.h"

#include <chrono>

namespace goknot::analysis {

// How long a program with something to suspect is let run before the second look.
inline constexpr std::chrono::milliseconds kUsualPause{200};

// Diagnoses a series. Where its last snapshot is of a program that runs on, those the findings rest
// on are looked at again at once, until all that is said is true of one instant; then, if something
// is suspicious that may still move, once more after `pause` (0: not), so that it is true of a
// while. What that showed is noted in the snapshot, and
// what the kernel tells of those the findings are about. Errors: those of diagnose.
Result<Diagnosis> confirm(Series& series, const DiagnoseOptions& options = {},
                          std::chrono::milliseconds pause = kUsualPause);

}  // namespace goknot::analysis
