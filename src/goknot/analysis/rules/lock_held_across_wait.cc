// SPDX-License-Identifier: Apache-2.0
// In Go terms:
//
//     func (h *Hub) Broadcast(m Msg) {
//         h.mu.Lock()
//         defer h.mu.Unlock()
//         for _, c := range h.clients { c.ch <- m }     // a client is slow, or gone
//     }
//
// "132 goroutines wait for Hub.mu; goroutine 74, which holds it, waits to send on Client.ch". If
// memory says that somebody could still receive it is a convoy: the client is slow. If nobody can,
// the sender is an orphan and all behind it are stuck with it.
#include "goknot/analysis/asked.h"
#include "goknot/analysis/movers.h"
#include "goknot/analysis/queue.h"
#include "goknot/analysis/relay.h"
#include "goknot/analysis/words.h"
#include "goknot/model/function_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace goknot::analysis {

namespace {

constexpr std::int32_t kForGood = 30;  // minutes in one wait after which nobody is about to end it

bool is_from_memory(const Scene& scene) { return scene.snapshot().origin.detail == Detail::memory; }

// Whether somebody who would end the wait of the holder runs, sleeps or waits for the world: a
// reader of the connection on which the answer comes.
bool may_be_answered(const Scene& scene, const Holder& holder) {
  const Asked asked(scene, holder);
  for (const std::size_t i : moving_groups(scene)) {
    const auto& members = scene.groups()[i].members;
    if (std::ranges::any_of(members, [&](auto row) { return asked.may_answer(row); })) return true;
  }
  return false;
}

// Whether the queue is older than the wait of the holder, who then does not keep it waiting for
// good: the lock goes from hand to hand.
bool is_fresh(const Scene& scene, const ContendedLock& lock, std::uint32_t row) {
  return lock.minutes > 0 && scene.goroutine(row).wait_minutes <= 0 && scene.unmoved(row) == 0;
}

// Whether one of those that the holder waits for waits for somebody itself, other than the holder.
bool has_waiting_task(const Scene& scene, const ContendedLock& lock, const Holder& holder) {
  const Asked asked(scene, holder);
  for (std::size_t i = 0; i < scene.groups().size(); i++) {
    const Traits& traits = scene.traits(i);
    if (traits.standing != Standing::channel && traits.standing != Standing::idle &&
        traits.standing != Standing::lock)
      continue;
    const auto& members = scene.groups()[i].members;
    const auto waits = [&](std::uint32_t row) {
      return asked.is_answerer(row) && !std::ranges::binary_search(lock.waiters, row);
    };
    if (std::ranges::any_of(members, waits)) return true;
  }
  return false;
}

// Whether somebody who moves was started in the package in which the holder waits for a channel,
// and not by a method of an object that the holder is in: nothing shows whose worker it is.
bool has_busy_neighbour(const Scene& scene, const Holder& holder) {
  const Traits& waits = scene.traits_of(holder.row);
  const auto own = scene.functions(scene.goroutine(holder.row).stack);
  if (waits.user_frame >= own.size()) return false;
  const std::string_view package = parse_function_name(own[waits.user_frame]).package;
  const auto is_own_type = [&](const std::string& type) {
    return std::ranges::any_of(own, [&](std::string_view f) { return owner_type(f) == type; });
  };
  for (const std::size_t i : moving_groups(scene)) {
    const Traits& traits = scene.traits(i);
    const auto functions = scene.functions(scene.groups()[i].stack);
    const std::uint32_t started = started_frame(scene, i);
    if (started >= functions.size() || traits.main || traits.test) continue;
    const FunctionName name = parse_function_name(functions[started]);
    if (name.package != package) continue;
    const std::string type = owner_type(functions[started]);
    if (type.empty() || !name.suffix.empty() || !is_own_type(type)) return true;
  }
  return false;
}

// Whether all that could end the wait of the holder is in the dump. Text does not show what a
// select waits for, nor on which channel a task or a worker does; and of goroutines that were
// picked by hand those of a wait group need not be all. What runs or comes from outside could; but
// whoever has not come for so long is not on the way.
bool is_all_shown(const Scene& scene, const ContendedLock& lock, const Holder& holder) {
  const Context& context = scene.context();
  if (context.declared || context.frozen) return true;
  if (scene.goroutine(holder.row).wait_minutes >= kForGood) return true;
  const Traits& traits = scene.traits_of(holder.row);
  if (traits.standing == Standing::join)
    return !context.excerpt && !has_waiting_task(scene, lock, holder);
  return traits.operation != Operation::select && !has_busy_neighbour(scene, holder);
}

// Whether the wait of the holder may never end: what a select or the network waits for is not
// shown by text. Memory shows whether anybody could still end it; then the holder may only be slow,
// as one that waits under its lock for a worker's answer or for a timer.
bool seems_final(const Scene& scene, Relays& relays, const ContendedLock& lock,
                 const Holder& holder) {
  const Traits& traits = scene.traits_of(holder.row);
  if (traits.standing == Standing::outside) return false;
  if (is_from_memory(scene)) {
    return traits.standing == Standing::forever || is_unreached(scene.goroutine(holder.row).reach);
  }
  if (traits.shape != nullptr && traits.shape->remote) return false;
  if (is_fresh(scene, lock, holder.row) || may_be_answered(scene, holder)) return false;
  // At one moment of a program that moves, somebody who moves may be about to answer.
  const bool lasting = is_lasting(scene, lock) ||
                       (traits.operation != Operation::select && scene.context().movers == 0);
  return lasting && is_all_shown(scene, lock, holder) && !relays.may_end(lock, holder);
}

bool is_blocked(Standing standing) {
  return standing == Standing::channel || standing == Standing::join ||
         standing == Standing::outside || standing == Standing::forever;
}

Draft make_draft(const Evidence& evidence, Relays& relays, const ContendedLock& lock,
                 const Holder& holder) {
  const Scene& scene = evidence.scene();
  Draft draft = draft_for(scene, lock, holder);
  const bool final = seems_final(scene, relays, lock, holder);
  // A select may end by a case that is not shown; then being inside the object says little about
  // the lock.
  const bool may_end = scene.traits_of(holder.row).operation == Operation::select && !lock.old;
  if (may_end && holder.strength < Strength::passed)
    draft.grade = std::min(draft.grade, Grade::possible);
  // A verdict is as sure as what it rests on: who holds the lock, and that it cannot go on.
  if (final && scene.goroutine(holder.row).reach == Reach::unreached)
    draft.grade = std::min(draft.grade, Grade::likely);
  draft.rule = "lock-held-across-wait";
  draft.severity = final ? Severity::deadlock : Severity::warning;
  draft.shape = final ? goknot::Shape::orphan : goknot::Shape::convoy;
  draft.behind = Behind::all;
  draft.title =
      fmt::format("{} for {}; {}, {}, {}", waiters(scene.count_of(lock.waiters)),
                  object_name(scene, lock.object), goroutine_name(scene, holder.row),
                  which_holds(scene, lock, holder), doing(scene, std::span(&holder.row, 1)));
  draft.title_of_many = fmt::format("a goroutine {} while it holds {}",
                                    doing(scene.traits_of(holder.row), scene.group_of(holder.row)),
                                    any_such_lock(scene, lock.object));
  draft.explanation = fmt::format("{}.", why(scene, lock, holder));
  draft.advice = fmt::format(
      "Do not wait at {} with the lock held: release it first, or give that wait a time-out.",
      short_place(scene.shown_place(scene.group_index(holder.row))));
  return draft;
}

// A few who queue while a goroutine waits under the lock for work that it has handed out: at one
// moment that is how any server looks.
bool may_be_brief(const Scene& scene, const ContendedLock& lock, const Holder& holder) {
  constexpr std::uint64_t kFew = 4;
  return scene.traits_of(holder.row).standing == Standing::join &&
         scene.count_of(lock.waiters) < kFew;
}

// Healthy programs do this all the time, for moments: a request to a worker under a lock, a call to
// a database. So at one look that is not lasting only memory, or several hints, make a finding.
std::vector<Draft> find(const Evidence& evidence) {
  std::vector<Draft> drafts;
  Relays relays(evidence.scene());
  for (const ContendedLock& lock : evidence.locks()) {
    const Holder* holder = follow(evidence, lock);
    if (holder == nullptr || evidence.explained(holder->row)) continue;
    if (holder->strength < Strength::type) continue;
    const bool lasting = is_lasting(evidence.scene(), lock) || evidence.scene().context().excerpt;
    if (!lasting && holder->strength < Strength::receiver) continue;
    if (!lasting && !is_from_memory(evidence.scene()) &&
        may_be_brief(evidence.scene(), lock, *holder)) {
      continue;
    }
    if (is_blocked(evidence.scene().traits_of(holder->row).standing)) {
      drafts.push_back(make_draft(evidence, relays, lock, *holder));
    }
  }
  return drafts;
}

}  // namespace

const Rule lock_held_across_wait_rule{
    .id = "lock-held-across-wait",
    .summary = "a goroutine blocks while holding what others queue for",
    .meaning =
        "One goroutine waits for a channel, a wait group, the network or a system call while it "
        "holds a lock that "
        "others wait for.",
    .caveat =
        "From text the holder is inferred: it stands behind the line where the others wait, or "
        "inside the object. It is called slow, not stuck, as long as somebody moves who may end "
        "its wait.",
    .find = find};

}  // namespace goknot::analysis
