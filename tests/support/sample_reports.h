// SPDX-License-Identifier: Apache-2.0
// Reports as the analyses make them, for the tests of the outputs.
#pragma once

#include "goknot/model/report.h"

#include <string>

namespace goknot::sample {

// A read lock across a full pool: 4,663 goroutines of a text dump, 3,407 of them in one knot.
Diagnosis hub();
// Fifty senders nobody receives from, proved.
Diagnosis leak();
// A quiet server with two gaps.
Diagnosis healthy();
// A cut dump in which nothing is provably stuck.
Diagnosis unknown();
// Many findings of every severity.
Diagnosis many_findings();
// A diagnosis whose every name is `text`.
Diagnosis hostile(const std::string& text);

// Names that must not work on any output.
std::vector<std::string> hostile_names();

// `count` goroutines over ten stacks, with labels, waits, holds and arguments; texts are hostile
// now and then.
Series series(std::size_t count);

// A report of a diagnosis alone.
Report report_of(Diagnosis diagnosis);
// What `goknot list` answers.
Report list_report();

}  // namespace goknot::sample
