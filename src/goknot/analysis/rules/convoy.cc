// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/queue.h"
#include "goknot/analysis/words.h"

#include <fmt/format.h>

namespace goknot::analysis {

namespace {

constexpr std::size_t kCrowd =
    100;  // waiters that are worth a word even if nobody knows for how long they wait

std::string_view motion(const Group& group) {
  if (group.reason == WaitReason::sleep) return "sleeping";
  return group.state == State::runnable ? "runnable" : "running";
}

Draft with_holder(const Evidence& evidence, const ContendedLock& lock, const Holder& holder) {
  const Scene& scene = evidence.scene();
  Draft draft = draft_for(scene, lock, holder);
  add_victims_behind(evidence, draft);
  draft.title = fmt::format("{} queue for {}, held by {} {}", goroutines(lock.waiters.size()),
                            object_name(scene, lock.object), motion(scene.group_of(holder.row)),
                            goroutine_name(scene, holder.row));
  draft.explanation = why(scene, lock, holder) + "; it can still move.";
  draft.advice = "Nothing is stuck for good. If latency hurts, make the critical section shorter.";
  return draft;
}

Draft without_holder(const Evidence& evidence, const ContendedLock& lock) {
  const Scene& scene = evidence.scene();
  Draft draft;
  draft.victims = lock.waiters;
  for (const std::uint32_t row : lock.waiters) draft.edges.push_back(waits_edge(scene, row));
  for (const std::uint32_t row : {lock.waiters.front(), lock.waiters.back()}) {
    draft.culprits.push_back({Role::waits, row, scene.wait_of(row)->frame});
    const std::uint32_t user = scene.traits_of(row).user_frame;
    draft.culprits.push_back({Role::waits, row, user});
    draft.culprits.push_back({Role::waits, row, user + 1});
  }
  draft.title = fmt::format("{} for {}{}; who holds it is not shown", waiters(lock.waiters.size()),
                            object_name(scene, lock.object), for_minutes(lock.minutes));
  draft.explanation =
      "A lock is no place to wait for long: its holder waits for something itself, or never "
      "released it.";
  draft.advice = fmt::format("Look at every path between Lock and Unlock of {}.",
                             object_name(scene, lock.object));
  draft.unknown.push_back(not_shown(scene, lock));
  return draft;
}

std::vector<Draft> find(const Evidence& evidence) {
  std::vector<Draft> drafts;
  for (const ContendedLock& lock : evidence.locks()) {
    if (evidence.explained(lock.waiters.front())) continue;
    const Holder* holder = follow(evidence, lock);
    const bool shown = holder != nullptr && holder->strength >= Strength::receiver &&
                       !evidence.explained(holder->row) &&
                       evidence.scene().traits_of(holder->row).standing == Standing::moving;
    const bool asleep = shown && evidence.scene().group_of(holder->row).reason == WaitReason::sleep;
    const bool worth_a_word = is_lasting(evidence.scene(), lock) ||
                              evidence.scene().context().excerpt || asleep ||
                              (shown && lock.waiters.size() >= kCrowd);
    if (!worth_a_word) continue;
    drafts.push_back(shown ? with_holder(evidence, lock, *holder) : without_holder(evidence, lock));
    drafts.back().rule = "convoy";
    drafts.back().severity = Severity::warning;
    drafts.back().shape = goknot::Shape::convoy;
  }
  return drafts;
}

}  // namespace

const Rule convoy_rule{.id = "convoy",
                       .summary = "many wait for one lock whose holder moves or is not shown",
                       .meaning =
                           "Goroutines queue for a lock. Its holder runs, or can still run: "
                           "contention; or the source does not show it.",
                       .caveat =
                           "A queue that moves quickly is normal under load; it is reported from "
                           "one minute or a hundred waiters on.",
                       .find = find};

}  // namespace goknot::analysis
