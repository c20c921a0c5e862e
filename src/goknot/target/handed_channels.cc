// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/handed_channels.h"

#include "goknot/target/channel_calls.h"

#include <absl/container/flat_hash_map.h>

namespace goknot::target {

void note_handed_channels(const Code& code, const SitesOf& sites, Snapshot& snapshot) {
  ChannelCalls calls(code);
  absl::flat_hash_map<StackId, bool> known;
  for (Wait& wait : snapshot.waits) {
    if (wait.kind != ObjectKind::nil_channel || wait.operation != Operation::receive) continue;
    const StackId stack = snapshot.goroutines[wait.goroutine].stack;
    const auto [handed, is_new] = known.try_emplace(stack);
    if (is_new) {
      const Site* const place = asking_place(sites(stack));
      handed->second = place != nullptr && calls.is_handed(*place);
    }
    wait.handed = handed->second;
  }
}

}  // namespace goknot::target
