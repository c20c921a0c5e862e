// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/orphan.h"

namespace goknot::analysis {

namespace {

// Go: `mu.Lock(); for !ready { cond.Wait() }` where ready was set without a Signal. A pool of
// workers that has nothing to do stands on the very same frames.
std::vector<Draft> find(const Evidence& evidence) {
  return find_orphans(evidence, "cond-lost", [](const Traits& traits) {
    return traits.kind == ObjectKind::cond &&
           (traits.standing == Standing::join || traits.standing == Standing::idle);
  });
}

}  // namespace

const Rule cond_lost_rule{.id = "cond-lost",
                          .summary = "waiters of a sync.Cond that nobody can signal",
                          .meaning =
                              "Goroutines wait for a sync.Cond, and the runtime, a test or a leak "
                              "check says that they do so in vain: the "
                              "signal came before the wait, or a change is not followed by one.",
                          .caveat =
                              "Worker pools wait like this for ever and are healthy; that is why a "
                              "cond alone is never reported.",
                          .find = find};

}  // namespace goknot::analysis
