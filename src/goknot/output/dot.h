// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/report.h"

#include <string>

namespace goknot::output {

// A graph in Graphviz's language. Names of nodes are our own; labels are quoted so that nothing in
// them is obeyed, and shortened.
std::string dot_text(const Graph& graph);

}  // namespace goknot::output
