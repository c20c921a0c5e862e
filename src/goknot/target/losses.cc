// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/losses.h"

#include <string>
#include <utility>

namespace goknot::target {

namespace {

void note(Snapshot& snapshot, std::uint64_t count, std::string what, std::string hides) {
  if (count == 0) return;
  snapshot.gaps.push_back(
      {.where = std::to_string(count) + (count == 1 ? " goroutine" : " goroutines"),
       .what = std::move(what),
       .hides = std::move(hides)});
}

}  // namespace

void add_gaps(const Losses& losses, Snapshot& snapshot) {
  note(snapshot, losses.unreadable, "the memory cannot be read", "what they do");
  note(snapshot, losses.moving, "never stood still while they were looked at", "what they do");
  note(snapshot, losses.broken, "the stack makes no sense", "what they do");
  note(snapshot, losses.stackless, "the stack is not there", "where they stand");
  note(snapshot, losses.cut_waits, "not all cases of a select were read", "what they wait for");
  snapshot.origin.complete =
      losses.unreadable + losses.moving + losses.broken + losses.stackless == 0;
}

}  // namespace goknot::target
