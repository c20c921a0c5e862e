// SPDX-License-Identifier: Apache-2.0
// A finding about a running program counts only if those it rests on did not move meanwhile.
#pragma once

#include "goknot/model/diagnosis.h"
#include "goknot/model/snapshot.h"

#include <cstdint>
#include <span>
#include <vector>

namespace goknot::analysis {

// The goroutines (rows of the snapshot) that the findings name: roots, culprits, edges and listed
// victims. Sorted, each once. Remarks (severity info) do not count.
std::vector<std::uint32_t> participants(const Snapshot& snapshot, const Diagnosis& diagnosis);

// Takes back what was read of goroutines that have moved: they are runnable, wait for nothing and
// hold nothing that is known.
void set_moving(Snapshot& snapshot, std::span<const std::uint32_t> rows);

}  // namespace goknot::analysis
