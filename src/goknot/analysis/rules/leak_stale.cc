// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/orphan.h"

namespace goknot::analysis {

namespace {

// goleak prints "found unexpected goroutines:", leaktest "leaktest: leaked goroutine:"; both only
// list what was still there, whatever it does.
std::vector<Draft> find(const Evidence& evidence) {
  if (evidence.scene().context().cause != Cause::leak_report) return {};
  return find_orphans(evidence, "leak-stale", [](const Traits& traits) {
    return traits.standing != Standing::system && traits.standing != Standing::framework;
  });
}

}  // namespace

const Rule leak_stale_rule{
    .id = "leak-stale",
    .summary = "a leak check found goroutines left behind",
    .meaning =
        "goleak or leaktest listed goroutines that were still there when the test had ended, and "
        "no rule above says "
        "what they wait for in vain.",
    .caveat =
        "A goroutine that was about to end is listed, too, if the check did not wait long enough.",
    .find = find};

}  // namespace goknot::analysis
