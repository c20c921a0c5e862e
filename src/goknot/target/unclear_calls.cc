// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/unclear_calls.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>

namespace goknot::target {

namespace {

constexpr std::size_t kMostCalls = 20000;  // 3 MB; the rest are a crowd that does the same

}  // namespace

void UnclearCalls::note(const Specimen& specimen, const PendingCall& call, std::uint32_t depth) {
  if (calls_.size() == kMostCalls) return;
  calls_.push_back({specimen.record.address, specimen.record.key, call, depth});
}

// Ten goroutines may have `defer tx.Rollback()` on transactions of one database, of which one has
// the lock: nine wait for it. Who waits for a lock that only one can have is not its holder, if
// anybody else is.
std::vector<WouldRelease> UnclearCalls::releasers_of(const Locks& locks, const Wanted& wanted,
                                                     Unlocks& unlocks) const {
  absl::flat_hash_map<LockSide, std::vector<WouldRelease>> by_side;
  for (const Noted& noted : calls_) {
    for (const LockSide& side : unlocks.would_release(noted.call)) {
      if (!locks.contains({side.lock, side.kind})) continue;
      by_side[side].push_back(
          {noted.goroutine, noted.key, noted.call.activation, noted.depth, side});
    }
  }
  const auto waits_for_it = [&](const WouldRelease& one) {
    return wanted.contains({one.goroutine, one.side.lock});
  };
  std::vector<WouldRelease> found;
  for (auto& [side, all] : by_side) {
    const bool shared = side.mode == Operation::rlock;
    if (!shared && !std::ranges::all_of(all, waits_for_it)) std::erase_if(all, waits_for_it);
    const bool is_one = std::ranges::all_of(
        all, [&](const WouldRelease& one) { return one.goroutine == all.front().goroutine; });
    if (shared || is_one) found.insert(found.end(), all.begin(), all.end());
  }
  return found;
}

}  // namespace goknot::target
