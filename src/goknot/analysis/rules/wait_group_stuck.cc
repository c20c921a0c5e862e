// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/orphan.h"

namespace goknot::analysis {

namespace {

// Go: `wg.Add(2)` and one goroutine that returns before its Done. Main waiting for workers that
// work is the healthy twin: so it takes the word of the runtime, of a test or of a leak check.
std::vector<Draft> find(const Evidence& evidence) {
  return find_orphans(evidence, "wait-group-stuck", [](const Traits& traits) {
    return traits.standing == Standing::join && traits.kind == ObjectKind::wait_group;
  });
}

}  // namespace

const Rule wait_group_stuck_rule{
    .id = "wait-group-stuck",
    .summary = "Wait with a counter that nobody left can bring to zero",
    .meaning =
        "A goroutine waits for a sync.WaitGroup, and the runtime, a test or a leak check says that "
        "it does so in vain: a "
        "Done is missing, the group was copied, or Add came after Wait.",
    .caveat =
        "The counter is not shown by text. Where workers of the group are stuck themselves, they "
        "are the cause.",
    .find = find};

}  // namespace goknot::analysis
