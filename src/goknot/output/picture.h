// SPDX-License-Identifier: Apache-2.0
// Who waits for whom as a picture of a size that people can read.
#pragma once

#include "goknot/model/report.h"

#include <cstddef>
#include <optional>

namespace goknot::output {

// The graph of a diagnosis: its roots, what they and others wait for and hold, and the victims
// folded by stack: "820 goroutines main.(*Hub).Add hub.go:281". Findings of severity info are left
// out. Empty when nothing is found.
Graph graph_of(const Diagnosis& diagnosis);

// The same graph in at most `most` nodes: goroutines that have the same arrows become one, and if
// that is not enough, what is left over does. Counts are kept; arrows never lose an end.
Graph folded(Graph graph, std::size_t most);

// The picture of a report: its first graph section, else that of its diagnosis, folded; none if it
// has neither.
std::optional<Graph> picture_of(const Report& report, std::size_t most);

}  // namespace goknot::output
