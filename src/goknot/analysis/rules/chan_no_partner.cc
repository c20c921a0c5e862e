// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/orphan.h"

namespace goknot::analysis {

namespace {

// Go: `ch := make(chan int); go func() { ch <- work() }(); return early()`. The screen says "3
// goroutines wait to send at main.early.func1 (main.go:9), and nobody is seen to answer". All that
// makes it an accusation is weighed in suspicion.cc; an idle receiver comes here only if something
// says that it is in vain.
std::vector<Draft> find(const Evidence& evidence) {
  return find_orphans(evidence, "chan-no-partner", [](const Traits& traits) {
    return traits.standing == Standing::channel ||
           (traits.standing == Standing::idle && traits.kind == ObjectKind::channel);
  });
}

}  // namespace

const Rule chan_no_partner_rule{
    .id = "chan-no-partner",
    .summary = "a send or receive that nobody can ever answer",
    .meaning =
        "Goroutines wait on a channel, and what the dump shows speaks against anybody being left "
        "for the other end: "
        "the runtime or a test says so, their starters are gone, they are many and old.",
    .caveat =
        "From text the other end is not shown. A slow consumer looks the same; age alone is never "
        "more than possible.",
    .find = find};

}  // namespace goknot::analysis
