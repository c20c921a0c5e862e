// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/orphan.h"

namespace goknot::analysis {

namespace {

// Comes behind the rules that can say more of the same goroutines: what is left is stuck in no
// cycle and behind nobody.
std::vector<Draft> find(const Evidence& evidence) {
  return find_unreached(evidence, "leak-proved");
}

}  // namespace

const Rule leak_proved_rule{
    .id = "leak-proved",
    .summary = "goroutines that nothing alive can wake, whatever they wait for",
    .meaning =
        "The heap was followed from everything that can still run, as the garbage collector does, "
        "and nothing refers to what these goroutines wait for: a lock, a condition, a channel.",
    .caveat =
        "References that only C code, registers of running threads or packed integers hold are "
        "not seen; while the program runs on, several looks must agree and the grade is likely.",
    .find = find};

}  // namespace goknot::analysis
