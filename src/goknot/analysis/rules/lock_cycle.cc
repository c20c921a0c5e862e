// SPDX-License-Identifier: Apache-2.0
// In Go terms:
//
//     func a() { mu1.Lock(); defer mu1.Unlock(); mu2.Lock(); ... }
//     func b() { mu2.Lock(); defer mu2.Unlock(); mu1.Lock(); ... }
//
// "2 goroutines wait for each other's locks". A cycle of one lock alone is another illness
// (self_lock.cc).
#include "goknot/analysis/asked.h"
#include "goknot/analysis/queue.h"
#include "goknot/analysis/words.h"

#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <algorithm>

namespace goknot::analysis {

namespace {

// A step of a chain: a goroutine that waits for a lock, and who seems to hold that.
struct Step {
  const ContendedLock* lock = nullptr;
  const Holder* holder = nullptr;
};

// Follows waits and holders from a lock until one is met again; the steps of the cycle, empty if
// there is none. Chains end at locks that were passed before: every lock leads to one other.
// Every lock has at most one holder that stands out, and every goroutine waits for at most one
// lock; so there are no branches, and following the chain from each lock once finds all cycles.
std::vector<Step> find_cycle(const Evidence& evidence, const ContendedLock& start,
                             absl::flat_hash_set<const ContendedLock*>& passed) {
  std::vector<Step> chain;
  const ContendedLock* lock = &start;
  while (lock != nullptr && passed.insert(lock).second) {
    const Holder* holder = follow(evidence, *lock);
    if (holder == nullptr || evidence.explained(holder->row)) return {};
    chain.push_back({lock, holder});
    lock = lock_waited_for(evidence, holder->row);
  }
  const auto met = std::ranges::find(chain, lock, &Step::lock);
  return {met, chain.end()};
}

Draft make_draft(const Evidence& evidence, const std::vector<Step>& cycle) {
  const Scene& scene = evidence.scene();
  Draft draft;
  draft.rule = "lock-cycle";
  draft.severity = Severity::deadlock;
  draft.shape = goknot::Shape::cycle;
  draft.grade = Grade::proved;
  for (const Step& step : cycle) {
    draft.roots.push_back(step.holder->row);
    // A cycle is as sure as its weakest hint.
    draft.grade = std::min(draft.grade, grade_in_cycle(scene, *step.lock, *step.holder));
    draft.edges.push_back(holds_edge(scene, *step.lock, *step.holder));
    draft.edges.push_back(waits_edge(scene, step.holder->row));
    draft.culprits.push_back({Role::holds, step.holder->row, step.holder->frame});
  }
  for (const Step& step : cycle) add_victims(draft, *step.lock);
  draft.behind = Behind::all;
  draft.title = fmt::format("{} wait for each other's locks", goroutines(cycle.size()));
  draft.title_of_many = draft.title;
  const std::string_view holds = draft.grade == Grade::proved ? "holds" : "seems to hold";
  draft.explanation = fmt::format("Each waits for a lock that the next one {}: ", holds) +
                      why(scene, *cycle.front().lock, *cycle.front().holder) + ".";
  draft.advice =
      "Take these locks in one order everywhere, or give up the first before taking the second.";
  if (draft.grade != Grade::proved) draft.unknown.push_back(not_shown(scene, *cycle.front().lock));
  return draft;
}

// Whether a loop that waits in its own function belongs to an object that owns one of the locks.
bool is_inside(const Evidence& evidence, std::size_t index) {
  const Scene& scene = evidence.scene();
  const auto type_at = [&](StackId stack, std::uint32_t depth) {
    const auto functions = scene.functions(stack);
    return depth < functions.size() ? owner_type(functions[depth]) : std::string();
  };
  const std::string type = type_at(scene.groups()[index].stack, scene.traits(index).wait_frame);
  return !type.empty() && std::ranges::any_of(evidence.locks(), [&](const ContendedLock& lock) {
    const std::uint32_t row = lock.waiters.front();
    return type_at(scene.goroutine(row).stack, scene.wait_of(row)->frame) == type;
  });
}

// Nobody shown could hold these locks but those who wait for them.
// Somebody who waits for a channel may hold a lock while it does. One that waits in the function it
// was started with is a loop that waits for work and holds none, unless it is in the very object.
bool nobody_else(const Evidence& evidence) {
  const Scene& scene = evidence.scene();
  for (std::size_t i = 0; i < scene.groups().size(); i++) {
    const Traits& traits = scene.traits(i);
    const bool blocked = traits.standing == Standing::channel ||
                         traits.standing == Standing::outside ||
                         traits.standing == Standing::unknown;
    const bool loop = traits.entry_waits && !is_inside(evidence, i);
    if (blocked && !traits.main && !traits.test && !loop) return false;
  }
  return scene.context().movers == 0;
}

// Whether all who wait came the same way: objects of one type, each held by somebody else.
bool came_one_way(const Evidence& evidence) {
  const Scene& scene = evidence.scene();
  const auto locks = evidence.locks();
  const StackId first = scene.goroutine(locks.front().waiters.front()).stack;
  return std::ranges::all_of(locks, [&](const ContendedLock& lock) {
    return scene.goroutine(lock.waiters.front()).stack == first;
  });
}

// Several locks with one waiter each and nobody else to hold them: the waiters hold each other's.
std::vector<Draft> find_by_elimination(const Evidence& evidence) {
  const auto locks = evidence.locks();
  // Memory shows the holders, or that nobody is one.
  if (evidence.scene().snapshot().origin.detail == Detail::memory) return {};
  const Context& context = evidence.scene().context();
  if (!evidence.scene().snapshot().origin.complete || context.excerpt) return {};
  if (locks.size() < 2 || !nobody_else(evidence)) return {};
  if (context.cause != Cause::all_asleep && came_one_way(evidence)) return {};
  const bool fits = std::ranges::all_of(locks, [&](const ContendedLock& lock) {
    const WaitObject& object = evidence.scene().snapshot().objects[lock.object.index()];
    return lock.waiters.size() == 1 && is_lasting(evidence.scene(), lock) &&
           object.identity != Identity::none && !evidence.explained(lock.waiters.front());
  });
  if (!fits) return {};
  Draft draft;
  draft.rule = "lock-cycle";
  draft.severity = Severity::deadlock;
  draft.shape = goknot::Shape::cycle;
  draft.grade = context.cause == Cause::all_asleep ? Grade::likely : Grade::possible;
  for (const ContendedLock& lock : locks) {
    draft.roots.push_back(lock.waiters.front());
    draft.edges.push_back(waits_edge(evidence.scene(), lock.waiters.front()));
  }
  draft.title = fmt::format("{} wait for different locks, and nobody else could hold them",
                            goroutines(locks.size()));
  draft.explanation =
      "Every other goroutine shown waits where nothing is locked, so these seem to hold each "
      "other's locks.";
  draft.advice = "Take these locks in one order everywhere.";
  draft.unknown.push_back(not_shown(evidence.scene(), locks.front()));
  return {draft};
}

std::vector<Draft> find(const Evidence& evidence) {
  std::vector<Draft> drafts;
  absl::flat_hash_set<const ContendedLock*> passed;
  for (const ContendedLock& lock : evidence.locks()) {
    const std::vector<Step> cycle = find_cycle(evidence, lock, passed);
    if (cycle.size() > 1) drafts.push_back(make_draft(evidence, cycle));
  }
  return drafts.empty() ? find_by_elimination(evidence) : drafts;
}

}  // namespace

const Rule lock_cycle_rule{.id = "lock-cycle",
                           .summary = "goroutines wait for each other's locks",
                           .meaning =
                               "Each waits for a lock that the next one holds, and the last for "
                               "one that the first holds: AB-BA and longer.",
                           .caveat =
                               "From text the holders are inferred from frames, receivers and "
                               "arguments, or from there being nobody else.",
                           .find = find};

}  // namespace goknot::analysis
