// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/locked_out.h"

#include "goknot/analysis/queue.h"
#include "goknot/analysis/words.h"
#include "goknot/model/answer.h"

#include <fmt/format.h>

#include <algorithm>

namespace goknot::analysis {

namespace {

constexpr std::size_t kMostRoots = 8;  // more are a crowd behind the holder

// The channel on which a goroutine waits, and on nothing else; null if there is none.
const Wait* channel_wait(const Scene& scene, std::uint32_t row) {
  const auto waits = std::ranges::equal_range(scene.snapshot().waits, row, {}, &Wait::goroutine);
  if (std::ranges::size(waits) != 1) return nullptr;
  const Wait& wait = *waits.begin();
  const bool plain = wait.operation == Operation::send || wait.operation == Operation::receive;
  return plain && wait.object && wait.kind == ObjectKind::channel ? &wait : nullptr;
}

// Who is going to answer the holder, if all of them wait for its lock; else none.
std::vector<std::uint32_t> locked_out(const Evidence& evidence, const ContendedLock& lock,
                                      const Holder& holder) {
  const Scene& scene = evidence.scene();
  std::vector<std::uint32_t> rows;
  const Wait* wait = channel_wait(scene, holder.row);
  if (wait == nullptr || is_unreached(scene.goroutine(holder.row).reach)) return rows;
  for (const Reference& reference : scene.snapshot().references) {
    if (reference.object != wait->object || !answers(reference.will, wait->operation)) continue;
    if (reference.goroutine != holder.row) rows.push_back(reference.goroutine);
  }
  const bool all = std::ranges::all_of(rows, [&](std::uint32_t row) {
    return std::ranges::find(lock.waiters, row) != lock.waiters.end() && !evidence.moved(row);
  });
  if (!all) rows.clear();
  return rows;
}

// Those on a channel that the holder comes to itself once it can go on.
void add_callers(const Evidence& evidence, std::uint32_t holder, Draft& draft) {
  const Snapshot& snapshot = evidence.scene().snapshot();
  const Wait& own = *channel_wait(evidence.scene(), holder);
  const auto will =
      std::ranges::equal_range(snapshot.references, holder, {}, &Reference::goroutine);
  for (const Reference& reference : will) {
    if (reference.object == own.object) continue;
    for (const Wait& wait : snapshot.waits) {
      if (!answers(reference.will, wait.operation) || wait.object != reference.object ||
          evidence.claimed(wait.goroutine))
        continue;
      if (channel_wait(evidence.scene(), wait.goroutine) == nullptr) continue;
      draft.victims.push_back(wait.goroutine);
    }
  }
}

Draft make_draft(const Evidence& evidence, const ContendedLock& lock, const Holder& holder,
                 const std::vector<std::uint32_t>& answering) {
  const Scene& scene = evidence.scene();
  const Wait& wait = *channel_wait(scene, holder.row);
  const std::string channel = object_name(scene, wait.object);
  Draft draft = answered_by_waiters(scene, lock, holder, answering, "all");
  draft.grade = std::min(draft.grade, Grade::likely);
  for (const std::uint32_t row : answering) {
    draft.edges.push_back({.row = row,
                           .relation = Relation::could_wake,
                           .object = wait.object,
                           .operation = wait.operation,
                           .grade = Grade::likely,
                           .evidence = "its code comes to that next"});
  }
  add_callers(evidence, holder.row, draft);
  const std::string_view does = wait.operation == Operation::send ? "receive from" : "send on";
  draft.explanation =
      fmt::format("{}; {} would {} {} next, and {} for the lock.", why(scene, lock, holder),
                  answering.size() == 1 ? goroutine_name(scene, answering.front())
                                        : goroutines(answering.size()),
                  does, channel, answering.size() == 1 ? "waits" : "wait");
  draft.unknown.push_back(fmt::format(
      "whether somebody else still comes to {}: something alive refers to it", channel));
  return draft;
}

}  // namespace

Draft answered_by_waiters(const Scene& scene, const ContendedLock& lock, const Holder& holder,
                          std::span<const std::uint32_t> answering, std::string_view who) {
  Draft draft = draft_for(scene, lock, holder);
  draft.rule = "mixed-cycle";
  draft.severity = Severity::deadlock;
  draft.shape = goknot::Shape::cycle;
  if (answering.size() <= kMostRoots) {
    for (const std::uint32_t row : answering) {
      draft.roots.push_back(row);
      std::erase(draft.victims, row);
    }
  }
  draft.behind = Behind::all;
  draft.title = fmt::format("{} for {}; {}, {}, {}, and {} who would answer wait for the lock",
                            waiters(scene.count_of(lock.waiters)), object_name(scene, lock.object),
                            goroutine_name(scene, holder.row), which_holds(scene, lock, holder),
                            doing(scene, std::span(&holder.row, 1)), who);
  draft.title_of_many =
      fmt::format("a goroutine {} while it holds {}, for which {} wait who would answer",
                  doing(scene.traits_of(holder.row), scene.group_of(holder.row)),
                  any_such_lock(scene, lock.object), who);
  draft.advice = fmt::format("Release the lock before the wait at {}.",
                             short_place(scene.shown_place(scene.group_index(holder.row))));
  return draft;
}

std::vector<Draft> find_locked_out(const Evidence& evidence) {
  const Scene& scene = evidence.scene();
  std::vector<Draft> drafts;
  if (scene.snapshot().origin.detail != Detail::memory) return drafts;
  for (const ContendedLock& lock : evidence.locks()) {
    const Holder* holder = follow(evidence, lock);
    if (holder == nullptr || evidence.explained(holder->row)) continue;
    const auto answering = locked_out(evidence, lock, *holder);
    if (!answering.empty()) drafts.push_back(make_draft(evidence, lock, *holder, answering));
  }
  return drafts;
}

}  // namespace goknot::analysis
