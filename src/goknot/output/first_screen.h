// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/diagnosis.h"
#include "goknot/output/output.h"

#include <string>
#include <vector>

namespace goknot::output {

// The first screen: what was read, the verdict, its knot as a tree, why, what to do, what is not
// known, and how to go on. At most kFirstScreenLines lines for the first finding, where its own
// words leave room for that.
std::vector<std::string> first_screen(const Diagnosis& diagnosis, const OutputOptions& options);

inline constexpr std::size_t kFirstScreenLines = 24;

}  // namespace goknot::output
