// SPDX-License-Identifier: Apache-2.0
// Three ways to know that a lock is lost, each with its own grade:
//
//     abandoned   the heap was followed: nothing that can run refers to it; proved or likely
//     left        it can be found, but no code that anybody stands in releases it; likely
//     from text   the runtime says that all is stuck, and nobody is near the lock; possible, or
//                 proved if it says that all goroutines are asleep
//
// The illness is mostly a return between Lock and Unlock, or a second Lock in the same function: "3
// goroutines wait for Store.mu, and nobody is left who could release it".
#include "goknot/analysis/queue.h"
#include "goknot/analysis/queue_motion.h"
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
    const bool stuck = standing == Standing::lock || standing == Standing::channel ||
                       standing == Standing::join || standing == Standing::forever;
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
                            waiters(scene.count_of(lock.waiters)), object_name(scene, lock.object));
  draft.title_of_many =
      fmt::format("goroutines wait for {}, and nobody is left who could release it",
                  any_such_lock(scene, lock.object));
  draft.explanation =
      "No goroutine that is shown stands between Lock and Unlock: it was locked twice, or never "
      "unlocked.";
  draft.advice =
      "Write defer Unlock right behind every Lock, and look for a second Lock on the same path.";
  draft.unknown.push_back(not_shown(scene, lock));
  return draft;
}

// What memory says of the lock; where it says nothing, that somebody waits for it does.
bool is_locked(const Snapshot& snapshot, const WaitObject& lock) {
  if (lock.state >= snapshot.object_states.size()) return true;
  const ObjectState& state = snapshot.object_states[lock.state];
  return state.locked.value_or(true) || state.readers.value_or(0) > 0;
}

// A lock to which nothing refers that can still run, nor anybody who is stuck: whoever took it has
// returned from the function that knew it, or has ended.
// Waiters that another finding explains, or that somebody stuck could still wake, are part of a
// knot.
bool is_abandoned(const Evidence& evidence, const ContendedLock& lock) {
  const bool held = std::ranges::any_of(lock.holders, [](const Holder& h) { return h.hold; });
  const Snapshot& snapshot = evidence.scene().snapshot();
  if (held || !is_locked(snapshot, snapshot.objects[lock.object.index()])) return false;
  return std::ranges::all_of(lock.waiters, [&](std::uint32_t row) {
    return is_unreached(evidence.scene().goroutine(row).reach) &&
           !evidence.graph().has_wakers(row) && !evidence.explained(row);
  });
}

// How it is known that a goroutine took the lock for which it waits.
enum class Ways : std::uint8_t {
  all,      // every way there does so with the lock
  one_own,  // one does, it alone waits, and no other code was found that leaves the lock locked
};

std::string_view words_for(Ways ways) {
  return ways == Ways::all ? "comes before on every way, and nothing releases it in between"
                           : "comes before on one way, on which nothing releases it, and no other "
                             "code was found that leaves it locked";
}

std::string_view verb_for(Ways ways, std::size_t goroutines) {
  if (ways == Ways::all) return "took";
  return goroutines == 1 ? "seems to have taken" : "seem to have taken";
}

// Who took the lock and asks for it again, as the code has it: everybody else waits for them.
void blame_themselves(const Evidence& evidence, std::vector<std::uint32_t> selves, FrameId taken,
                      Ways ways, const ContendedLock& lock, Draft& draft) {
  const Scene& scene = evidence.scene();
  draft.shape = goknot::Shape::self;
  draft.severity = Severity::deadlock;
  draft.roots = std::move(selves);
  draft.suspects.insert(draft.suspects.begin(), taken);
  draft.victims = evidence.behind(draft.roots);
  add_victims(draft, lock);
  draft.title = fmt::format(
      "{} for {}, which {} {} before", waiters(draft.roots.size()), object_name(scene, lock.object),
      draft.roots.size() == 1 ? "it" : "they", verb_for(ways, draft.roots.size()));
  draft.title_of_many = fmt::format("goroutines wait for {}, which they {} before",
                                    any_such_lock(scene, lock.object), verb_for(ways, 2));
  draft.explanation = fmt::format("{} {}; nothing that can still run refers to it.",
                                  lock_at(scene, taken), words_for(ways));
  draft.advice = fmt::format("Unlock what was locked at {} before it is locked again.",
                             short_place(scene.place(taken)));
}

// What the code says of who left the lock locked.
// An omission is a way through somebody's code from a Lock to a return without the Unlock
// (target/omissions.h). `always` means that a waiter's own function has no other way to where it
// waits.
void blame_omissions(const Evidence& evidence, const ContendedLock& lock, Draft& draft) {
  const Scene& scene = evidence.scene();
  std::vector<std::uint32_t> selves;
  FrameId again, left;
  bool own = lock.waiters.size() == 1;
  for (const Omission& omission : scene.snapshot().omissions) {
    if (omission.object != lock.object) continue;
    own = own && omission.goroutine == lock.waiters.front();
    if (omission.always &&
        std::ranges::find(lock.waiters, omission.goroutine) != lock.waiters.end()) {
      selves.push_back(omission.goroutine);
      again = omission.frame;
    } else if (std::ranges::find(draft.suspects, omission.frame) == draft.suspects.end()) {
      draft.suspects.push_back(omission.frame);
      if (!left) left = omission.frame;
    }
  }
  if (!selves.empty()) {
    return blame_themselves(evidence, std::move(selves), again, Ways::all, lock, draft);
  }
  if (!left) return;
  if (own) return blame_themselves(evidence, lock.waiters, left, Ways::one_own, lock, draft);
  blame_code(scene, left, draft);
}

Draft make_abandoned(const Evidence& evidence, const ContendedLock& lock) {
  const Scene& scene = evidence.scene();
  Draft draft = make_draft(evidence, lock);
  const bool never = std::ranges::all_of(
      lock.waiters, [&](std::uint32_t row) { return scene.goroutine(row).reach == Reach::never; });
  draft.grade = never ? Grade::proved : Grade::likely;
  draft.shape = goknot::Shape::orphan;
  draft.victims = evidence.behind(draft.roots);
  const bool blocks = std::ranges::any_of(lock.waiters, [&](std::uint32_t row) {
    return scene.traits_of(row).main || scene.traits_of(row).test;
  });
  if (!blocks && draft.victims.empty()) draft.severity = Severity::leak;
  draft.explanation =
      "It is locked, and nothing that can still run refers to it: whoever took it has returned or "
      "ended without releasing it.";
  draft.unknown.clear();
  blame_omissions(evidence, lock, draft);
  return draft;
}

// Whether the look was at one instant, or the queue stood still while the program could run.
bool is_still(const Scene& scene, const ContendedLock& lock) {
  const QueueMotion::Kind motion = motion_of(scene, lock).kind;
  if (motion == QueueMotion::Kind::moves) return false;
  return motion == QueueMotion::Kind::stands || lock.old ||
         scene.snapshot().origin.kind == SourceKind::core;
}

// A lock that somebody may still find, and that nobody who is there is about to release.
// That the queue stands still is demanded because between an Unlock and the next Lock nobody holds
// a lock although it may be marked as locked: in starvation mode it is handed over (sync.Mutex).
bool is_left(const Evidence& evidence, const ContendedLock& lock) {
  const Snapshot& snapshot = evidence.scene().snapshot();
  if (!snapshot.objects[lock.object.index()].left_locked) return false;
  const bool held = std::ranges::any_of(lock.holders, [](const Holder& h) { return h.hold; });
  return !held && is_still(evidence.scene(), lock) &&
         std::ranges::none_of(lock.waiters,
                              [&](std::uint32_t row) { return evidence.explained(row); });
}

Draft make_left(const Evidence& evidence, const ContendedLock& lock) {
  const Scene& scene = evidence.scene();
  Draft draft = make_draft(evidence, lock);
  draft.grade = Grade::likely;
  draft.shape = goknot::Shape::orphan;
  draft.behind = Behind::all;
  draft.explanation =
      "It is locked, and none of the goroutines stands between a Lock and an Unlock of it or has "
      "an Unlock deferred; no code was seen that unlocks it for somebody else.";
  const bool twice = std::ranges::any_of(scene.snapshot().omissions, [&](const Omission& omission) {
    return omission.object == lock.object && omission.always;
  });
  if (!twice) blame_omissions(evidence, lock, draft);
  draft.unknown = {"any goroutine may unlock a lock, also one that is started later"};
  return draft;
}

std::vector<Draft> find_abandoned(const Evidence& evidence) {
  std::vector<Draft> drafts;
  for (const ContendedLock& lock : evidence.locks()) {
    if (is_abandoned(evidence, lock)) {
      drafts.push_back(make_abandoned(evidence, lock));
    } else if (is_left(evidence, lock)) {
      drafts.push_back(make_left(evidence, lock));
    }
  }
  return drafts;
}

// Who waits for something else may have the lock meanwhile, in code that does not show it.
Draft make_from_text(const Evidence& evidence, const ContendedLock& lock) {
  const Scene& scene = evidence.scene();
  Draft draft = make_draft(evidence, lock);
  if (!others_are_stuck(evidence, lock)) return draft;
  draft.grade = Grade::possible;
  draft.title = fmt::format("{} for {}, and nobody is seen who could release it",
                            waiters(scene.count_of(lock.waiters)), object_name(scene, lock.object));
  draft.title_of_many =
      fmt::format("goroutines wait for {}, and nobody is seen who could release it",
                  any_such_lock(scene, lock.object));
  draft.explanation =
      "No goroutine that is shown stands between Lock and Unlock as far as its frames tell; one of "
      "those that wait for something else may hold it.";
  draft.advice = fmt::format("Look at what happens between every Lock and Unlock of {}.",
                             object_name(scene, lock.object));
  return draft;
}

// From text that is said of declared hangs alone: of any other dump "nobody near the lock" mostly
// means that the holder's frames do not show it.
std::vector<Draft> find(const Evidence& evidence) {
  if (evidence.scene().snapshot().origin.detail == Detail::memory) return find_abandoned(evidence);
  std::vector<Draft> drafts;
  if (!evidence.scene().context().declared || evidence.scene().context().movers > 0) return drafts;
  for (const ContendedLock& lock : evidence.locks()) {
    const bool hinted =
        std::ranges::any_of(lock.holders, [](const Holder& h) { return !h.waits_for_it; });
    if (!hinted && !evidence.explained(lock.waiters.front()))
      drafts.push_back(make_from_text(evidence, lock));
  }
  return drafts;
}

}  // namespace

const Rule lock_never_released_rule{
    .id = "lock-never-released",
    .summary = "locked, and no goroutine that could unlock it is left",
    .meaning =
        "The runtime or the test framework says that the program hangs, and nobody shown could "
        "hold the lock; or memory shows that nothing refers to it that can still run, or that "
        "nobody's code is about to release it.",
    .caveat =
        "From text a holder whose frames do not mention the lock is not seen; it is asked only of "
        "hangs.",
    .find = find};

}  // namespace goknot::analysis
