// SPDX-License-Identifier: Apache-2.0
// A large dump is read on all cores: cut between goroutines, each part by a reader of its own, and
// joined in the order of the text.
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/source/format.h"

#include <cstddef>
#include <vector>

namespace goknot::source {

struct PartOptions {
  std::size_t parts = 0;                         // at most; 0: as many as there are cores
  std::size_t smallest = std::size_t{4} << 20U;  // bytes: what is smaller is not worth a thread
};

// What DumpReader::read gives, sooner. Where a part cannot be understood without what stands before
// it, it is read again, after that.
std::vector<Snapshot> read_in_parts(const Input& input, const PartOptions& options = {});

}  // namespace goknot::source
