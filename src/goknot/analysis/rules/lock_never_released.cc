// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/queue.h"
#include "goknot/analysis/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace goknot::analysis {

namespace {

// Whether anybody else is stuck somewhere: then that one may be the holder.
bool others_are_stuck(const Evidence& evidence, const ContendedLock& lock) {
  const Scene& scene = evidence.scene();
  for (std::size_t i = 0; i < scene.groups().size(); i++) {
    const Standing standing = scene.traits(i).standing;
    const bool stuck = standing == Standing::lock || standing == Standing::channel;
    const std::uint32_t row = scene.groups()[i].members.front();
    if (stuck && !std::ranges::binary_search(lock.waiters, row)) return true;
  }
  return false;
}

Draft make_draft(const Evidence& evidence, const ContendedLock& lock) {
  const Scene& scene = evidence.scene();
  Draft draft;
  draft.rule = "lock-never-released";
  draft.severity = Severity::deadlock;
  draft.shape = lock.waiters.size() == 1 && !others_are_stuck(evidence, lock)
                    ? goknot::Shape::self
                    : goknot::Shape::orphan;
  draft.grade = scene.context().cause == Cause::all_asleep ? Grade::proved : Grade::possible;
  draft.roots = lock.waiters;
  for (const std::uint32_t row : lock.waiters) draft.edges.push_back(waits_edge(scene, row));
  draft.title = fmt::format("{} for {}, and nobody is left who could release it",
                            waiters(lock.waiters.size()), object_name(scene, lock.object));
  draft.explanation =
      "No goroutine that is shown stands between Lock and Unlock: it was locked twice, or never "
      "unlocked.";
  draft.advice =
      "Write defer Unlock right behind every Lock, and look for a second Lock on the same path.";
  draft.unknown.push_back(not_shown(scene, lock));
  return draft;
}

std::vector<Draft> find(const Evidence& evidence) {
  std::vector<Draft> drafts;
  if (!evidence.scene().context().declared || evidence.scene().context().movers > 0) return drafts;
  for (const ContendedLock& lock : evidence.locks()) {
    const bool hinted =
        std::ranges::any_of(lock.holders, [](const Holder& h) { return !h.waits_for_it; });
    if (!hinted && !evidence.explained(lock.waiters.front()))
      drafts.push_back(make_draft(evidence, lock));
  }
  return drafts;
}

}  // namespace

const Rule lock_never_released_rule{
    .id = "lock-never-released",
    .summary = "locked, and no goroutine that could unlock it is left",
    .meaning =
        "The runtime or the test framework says that the program hangs, and nobody shown could "
        "hold the lock.",
    .caveat =
        "From text a holder whose frames do not mention the lock is not seen; it is asked only of "
        "hangs.",
    .find = find};

}  // namespace goknot::analysis
