// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/follow.h"

#include "goknot/target/heap/reachability.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <vector>

namespace goknot::target {

namespace {

constexpr int kMostPasses = 4;
constexpr int kLeastPasses = 2;
// A third and fourth pass, in the hope for a quiet moment, only where they cost next to nothing.
constexpr std::chrono::milliseconds kPatience{40};

void note(Snapshot& snapshot, std::span<const std::uint32_t> rows, Reach reach) {
  for (const std::uint32_t row : rows) snapshot.goroutines[row].reach = reach;
}

}  // namespace

void follow_heap(const Memory& memory, const Program& program, std::span<const Mark> marks,
                 Motion motion, Snapshot& snapshot, std::uint64_t limit) {
  const int passes = motion == Motion::runs_on ? kMostPasses : 1;
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::uint32_t> unreached;
  for (int pass = 0; pass < passes; ++pass) {
    if (pass >= kLeastPasses && std::chrono::steady_clock::now() - start > kPatience) break;
    const Reachability now = find_unreachable(memory, program, snapshot, marks, limit);
    if (!now.complete) return;
    if (now.quiet) return note(snapshot, now.unreachable, Reach::never);
    std::vector<std::uint32_t> both;
    std::ranges::set_intersection(unreached, now.unreachable, std::back_inserter(both));
    unreached = pass == 0 ? now.unreachable : both;
    if (unreached.empty()) return;
  }
  note(snapshot, unreached, Reach::unreached);
}

}  // namespace goknot::target
