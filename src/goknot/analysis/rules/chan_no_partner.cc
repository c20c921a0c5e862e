// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/orphan.h"

namespace goknot::analysis {

namespace {

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
