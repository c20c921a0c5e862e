// SPDX-License-Identifier: Apache-2.0
// A snapshot as text, so that two can be compared.
#pragma once

#include "goknot/model/snapshot.h"

#include <string>

namespace goknot::testing_support {

// Every column of every row of a snapshot but `text` itself, with everything that ids refer to
// written out. Equal for snapshots that say the same.
std::string snapshot_text(const Snapshot& snapshot);

// Its frames, innermost first: "main.f /x.go:3 | ~main.g /x.go:4", inlined ones with "~".
std::string stack_text(const Snapshot& snapshot, StackId stack);

}  // namespace goknot::testing_support
