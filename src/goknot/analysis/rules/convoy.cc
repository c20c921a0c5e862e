// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/queue.h"
#include "goknot/analysis/queue_motion.h"
#include "goknot/analysis/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace goknot::analysis {

namespace {

constexpr std::uint64_t kCrowd = 100;  // waiters that are worth a word even if the queue moves

using Motion = QueueMotion::Kind;

// What the holder does, before its name.
std::string_view holder_words(const Evidence& evidence, const Holder& holder) {
  const Group& group = evidence.scene().group_of(holder.row);
  if (group.reason == WaitReason::sleep) return "sleeping ";
  if (group.state == State::running) return "running ";
  return group.state == State::runnable ? "runnable " : "";
}

// A queue with what its holder and a second look tell of it.
struct Queue {
  const ContendedLock* lock = nullptr;
  const Holder* holder = nullptr;  // null: not shown
  QueueMotion motion;
};

bool is_asleep(const Evidence& evidence, const Queue& queue) {
  return queue.holder != nullptr &&
         evidence.scene().group_of(queue.holder->row).reason == WaitReason::sleep;
}

// "; the queue moves", "; for at least 200 ms nobody got it".
std::string motion_in_title(const Scene& scene, const Queue& queue) {
  if (queue.motion.kind == Motion::moves) return "; the queue moves";
  if (queue.motion.kind != Motion::stands || queue.lock->minutes > 0) return "";
  return fmt::format(" for at least {}", time_between_looks(scene));
}

std::string advice_for(const Evidence& evidence, const Queue& queue) {
  if (queue.motion.kind == Motion::moves) {
    return "Nothing is stuck. If latency hurts, make the critical section shorter.";
  }
  if (is_asleep(evidence, queue)) return "Do not sleep with the lock held.";
  if (queue.motion.kind == Motion::stands) {
    return "Look at what the holder does so long; take the lock only around what it protects.";
  }
  return "Nothing is stuck for good. If latency hurts, make the critical section shorter.";
}

// A writer keeps new readers out while it waits for those that have the lock.
std::string writer_words(const Scene& scene, const Queue& queue) {
  const auto& writer = queue.lock->writer;
  if (!writer || (queue.holder != nullptr && *writer == queue.holder->row)) return "";
  return fmt::format(" {} waits for its readers to leave, and keeps new readers out.",
                     capitalised(goroutine_name(scene, *writer)));
}

std::string explain(const Scene& scene, const Queue& queue, std::string text) {
  text += writer_words(scene, queue);
  const std::string seen = motion_words(scene, queue.motion);
  return seen.empty() ? text : text + " " + seen;
}

// "16 goroutines queue for Hub.mu, held by running goroutine 8 for at least 200 ms".
Draft with_holder(const Evidence& evidence, const Queue& queue) {
  const Scene& scene = evidence.scene();
  const ContendedLock& lock = *queue.lock;
  Draft draft = draft_for(scene, lock, *queue.holder);
  const std::uint64_t waiting = scene.count_of(lock.waiters);
  draft.behind = Behind::all;
  draft.title = fmt::format(
      "{} {} for {}, held by {}{}{}", goroutines(waiting), waiting == 1 ? "queues" : "queue",
      object_name(scene, lock.object), holder_words(evidence, *queue.holder),
      goroutine_name(scene, queue.holder->row), motion_in_title(scene, queue));
  draft.title_of_many = fmt::format(
      "goroutines queue for {}, held by a {}goroutine{}", any_such_lock(scene, lock.object),
      holder_words(evidence, *queue.holder), motion_in_title(scene, queue));
  draft.explanation =
      explain(scene, queue, why(scene, lock, *queue.holder) + "; it can still move.");
  draft.advice = advice_for(evidence, queue);
  return draft;
}

// The place whose code may have left a lock locked, if nobody is seen to hold it and nobody can hold
// it unseen. Of several places it is not known which.
FrameId left_at(const Scene& scene, const Queue& queue) {
  const bool held =
      std::ranges::any_of(queue.lock->holders, [](const Holder& h) { return h.hold != nullptr; });
  if (held || queue.motion.kind == Motion::moves || count_running(scene) > 0) return {};
  FrameId place;
  for (const Omission& omission : scene.snapshot().omissions) {
    if (omission.object != queue.lock->object || omission.frame == place) continue;
    if (place || omission.goroutine != Omission::kReturned) return {};
    place = omission.frame;
  }
  return place;
}

// "9 goroutines wait for main.cache.mu for 3 minutes; who holds it is not shown".
Draft without_holder(const Evidence& evidence, const Queue& queue) {
  const Scene& scene = evidence.scene();
  const ContendedLock& lock = *queue.lock;
  const bool moves = queue.motion.kind == Motion::moves;
  Draft draft;
  draft.victims = lock.waiters;
  for (const std::uint32_t row : lock.waiters) draft.edges.push_back(waits_edge(scene, row));
  for (const std::uint32_t row : {lock.waiters.front(), lock.waiters.back()}) {
    draft.culprits.push_back({Role::waits, row, scene.wait_of(row)->frame});
    const std::uint32_t user = scene.traits_of(row).user_frame;
    draft.culprits.push_back({Role::waits, row, user});
    draft.culprits.push_back({Role::waits, row, user + 1});
  }
  draft.title = fmt::format("{} for {}{}{}; who holds it is not shown",
                            waiters(scene.count_of(lock.waiters)), object_name(scene, lock.object),
                            for_minutes(lock.minutes), motion_in_title(scene, queue));
  draft.title_of_many =
      fmt::format("goroutines wait for {}{}; who holds it is not shown",
                  any_such_lock(scene, lock.object), motion_in_title(scene, queue));
  draft.explanation = explain(
      scene, queue,
      moves ? "Many want it at once."
            : "A lock is no place to wait for long: its holder waits for something itself, or "
              "never released it.");
  draft.advice = moves ? advice_for(evidence, queue)
                       : fmt::format("Look at every path between Lock and Unlock of {}.",
                                     object_name(scene, lock.object));
  if (const FrameId place = left_at(scene, queue)) {
    draft.suspects.push_back(place);
    blame_code(scene, place, draft);
  }
  draft.unknown.push_back(not_shown(scene, lock));
  draft.behind = Behind::all;
  return draft;
}

// Whether a holder may end the wait by itself: it is not parked, or was seen to move.
// Who is to blame by another finding keeps its queue for good: that is no convoy any more.
bool is_movable(const Evidence& evidence, const Holder& holder) {
  if (holder.strength < Strength::receiver || evidence.claimed(holder.row)) return false;
  return evidence.moved(holder.row) ||
         evidence.scene().traits_of(holder.row).standing == Standing::moving;
}

Queue look_at(const Evidence& evidence, const ContendedLock& lock) {
  const Holder* holder = follow(evidence, lock);
  if (holder != nullptr && !is_movable(evidence, *holder)) holder = nullptr;
  return {&lock, holder, motion_of(evidence.scene(), lock)};
}

// A queue that moves is normal unless it is long; one that stands is not, however short.
bool is_worth_a_word(const Evidence& evidence, const Queue& queue) {
  const bool crowd = evidence.scene().count_of(queue.lock->waiters) >= kCrowd;
  const bool lasting =
      is_lasting(evidence.scene(), *queue.lock) || evidence.scene().context().excerpt;
  switch (queue.motion.kind) {
    case Motion::stands:
      return true;
    case Motion::moves:
      return crowd || queue.lock->old;
    case Motion::unknown:
      break;
  }
  return lasting || is_asleep(evidence, queue) || (queue.holder != nullptr && crowd);
}

// Whether the holder is known, and waits in another queue: then that one is the knot.
bool is_behind_another(const Evidence& evidence, const ContendedLock& lock) {
  const Holder* holder = follow(evidence, lock);
  if (holder == nullptr || holder->strength < Strength::exact) return false;
  return lock_waited_for(evidence, holder->row) != nullptr;
}

// Queues whose holder is shown come first: those they keep waiting may hold other locks.
// This rule comes behind those that know more: whatever queue is still unexplained here has a
// holder that moves, or none that is shown. Under load every busy server has queues; see
// is_worth_a_word.
std::vector<Draft> find(const Evidence& evidence) {
  std::vector<Draft> drafts;
  for (const bool shown : {true, false}) {
    for (const ContendedLock& lock : evidence.locks()) {
      const std::uint32_t first = lock.waiters.front();
      if (evidence.claimed(first)) continue;
      const Queue queue = look_at(evidence, lock);
      if ((queue.holder != nullptr) != shown || !is_worth_a_word(evidence, queue)) continue;
      if (!shown && is_behind_another(evidence, lock)) continue;
      Draft& draft = drafts.emplace_back(shown ? with_holder(evidence, queue)
                                               : without_holder(evidence, queue));
      draft.rule = "convoy";
      draft.severity = Severity::warning;
      draft.shape = goknot::Shape::convoy;
    }
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
                           "one minute or a hundred waiters on. A running program is looked at "
                           "twice; a queue that stands still in between is always reported.",
                       .find = find};

}  // namespace goknot::analysis
