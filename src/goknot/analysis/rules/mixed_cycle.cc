// SPDX-License-Identifier: Apache-2.0
// In Go terms, a worker that hands on work to its own pool:
//
//     func (p *Pool) run() { for task := range p.work { task() } }       // 8 of these
//     func task() { ...; p.work <- next }                               // all 8 stand here
//
// or one that asks, under a lock, somebody who needs that lock to answer:
//
//     func (h *Hub) Send(m Msg) { h.mu.RLock(); h.pool.work <- m; h.mu.RUnlock() }
//     func (p *Pool) handle(m Msg) { h.mu.Lock(); ... }                  // behind a waiting writer
//
// "133 goroutines wait for Hub.mu; goroutine 74, which holds it, waits to send on Pool.work, and
// those who would answer wait for the lock". Where memory was read, the graph of waits finds such
// knots (cycle_draft.h), and what text only suggests is not asked.
#include "goknot/analysis/asked.h"
#include "goknot/analysis/cycle_draft.h"
#include "goknot/analysis/locked_out.h"
#include "goknot/analysis/movers.h"
#include "goknot/analysis/queue.h"
#include "goknot/analysis/words.h"
#include "goknot/model/arguments.h"
#include "goknot/model/function_name.h"

#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace goknot::analysis {

namespace {

Draft make_draft(const Evidence& evidence, const ContendedLock& lock, const Holder& holder,
                 const std::vector<std::uint32_t>& answering) {
  const Scene& scene = evidence.scene();
  Draft draft = answered_by_waiters(scene, lock, holder, answering, "those");
  draft.grade = grade_in_cycle(scene, lock, holder);
  draft.explanation =
      fmt::format("{}; {} of those who wait for the lock belong to what it waits for.",
                  why(scene, lock, holder), answering.size());
  return draft;
}

// Whether two frames of a goroutine may belong to methods of one object, as far as it is printed.
bool may_be_one_object(const Scene& scene, std::uint32_t row, std::uint32_t inner,
                       std::uint32_t outer) {
  const Goroutine& one = scene.goroutine(row);
  const Argument a = first_argument(scene.snapshot().argument_text(one, inner));
  const Argument b = first_argument(scene.snapshot().argument_text(one, outer));
  return !a.known || !b.known || !a.exact || !b.exact || a.value == b.value;
}

// Whether a goroutine sends in a method of the object whose loop it is, called by a task that this
// loop runs: the outermost method, something else, a method of the same receiver again.
bool is_own_worker(const Scene& scene, std::size_t index) {
  const Traits& traits = scene.traits(index);
  const auto functions = scene.functions(scene.groups()[index].stack);
  const std::uint32_t started = started_frame(scene, index);
  if (started <= traits.wait_frame + 1) return false;
  const std::string type = owner_type(functions[traits.wait_frame]);
  if (type.empty() || owner_type(functions[started]) != type) return false;
  bool task = false;
  for (std::uint32_t d = traits.wait_frame; d < started; d++)
    task |= owner_type(functions[d]) != type;
  const auto& members = scene.groups()[index].members;
  return task && std::ranges::all_of(members, [&](std::uint32_t row) {
           return may_be_one_object(scene, row, traits.wait_frame, started);
         });
}

// Whether some other loop of such an object does anything else: it may take what is sent.
// A pool of which one loop receives, or computes, will make room: that is a busy pool, not a stuck
// one.
bool has_free_worker(const Scene& scene, std::size_t index) {
  const auto type_of = [&](std::size_t i) {
    const auto functions = scene.functions(scene.groups()[i].stack);
    const std::uint32_t depth = started_frame(scene, i);
    return depth < functions.size() ? owner_type(functions[depth]) : std::string();
  };
  const std::string type = type_of(index);
  for (std::size_t i = 0; i < scene.groups().size(); i++) {
    const bool stuck =
        scene.traits(i).operation == Operation::send || scene.traits(i).standing == Standing::lock;
    if (!stuck && type_of(i) == type) return true;
  }
  return false;
}

// Whether nothing alive can wake any of a group.
bool is_stuck(const Scene& scene, const Group& group) {
  return std::ranges::all_of(
      group.members, [&](std::uint32_t row) { return is_unreached(scene.goroutine(row).reach); });
}

// Whether a goroutine sends in the function that started it, called by the task that this gave it:
// the outermost function is a closure of the innermost, with something else between.
bool is_started_there(const Scene& scene, std::size_t index) {
  const Traits& traits = scene.traits(index);
  const auto functions = scene.functions(scene.groups()[index].stack);
  if (traits.entry_frame <= traits.wait_frame + 1) return false;
  const std::string_view sender = functions[traits.wait_frame];
  const std::string_view entry = functions[traits.entry_frame];
  return scene.snapshot().function(scene.groups()[index].creator) == sender &&
         entry.starts_with(sender) && entry.substr(sender.size()).starts_with('.');
}

// Whether another task of the same pool is at work, and will give back its place. Since go1.21 a
// dump tells who started whom: a task of this pool has a starter in common with those that wait, or
// was started by one of them.
bool has_working_task(const Scene& scene, std::size_t index) {
  const Snapshot& snapshot = scene.snapshot();
  const Group& group = scene.groups()[index];
  const std::string_view creator = snapshot.function(group.creator);
  absl::flat_hash_set<std::int64_t> starters;
  for (const std::uint32_t row : group.members) {
    starters.insert(scene.goroutine(row).id);
    starters.insert(scene.goroutine(row).parent);
  }
  for (const std::size_t i : moving_groups(scene)) {
    if (snapshot.function(scene.groups()[i].creator) != creator) continue;
    const auto is_of_pool = [&](std::uint32_t row) {
      const std::int64_t parent = scene.goroutine(row).parent;
      return parent <= 0 || starters.contains(parent);
    };
    if (std::ranges::any_of(scene.groups()[i].members, is_of_pool)) return true;
  }
  return false;
}

// Tasks that wait to send in the very function that started them, or to the pool whose loop they
// are: to hand on work, each needs a slot that another holds.
// A single look at a program that moves shows such stacks for moments, so something must say that
// it lasts: minutes, the runtime, a frozen dump, two looks, or the heap.
bool feeds_itself(const Scene& scene, std::size_t index) {
  const Group& group = scene.groups()[index];
  const Traits& traits = scene.traits(index);
  if (traits.standing != Standing::channel || traits.operation != Operation::send || !group.creator)
    return false;
  if (traits.entry_frame >= scene.snapshot().stacks.frames(group.stack).size()) return false;
  const bool lasting = scene.is_lasting(index) || scene.context().declared ||
                       scene.context().frozen || scene.context().excerpt || is_stuck(scene, group);
  if (!lasting) return false;
  const bool makes_room = !is_stuck(scene, group) && has_working_task(scene, index);
  return (is_started_there(scene, index) && !makes_room) ||
         (is_own_worker(scene, index) && !has_free_worker(scene, index));
}

// What memory shows of a pool that feeds itself: that nobody else can make room, and who waits for
// that, too.
void add_memory(const Evidence& evidence, std::size_t index, Draft& draft) {
  const Scene& scene = evidence.scene();
  const bool never = std::ranges::all_of(
      draft.roots, [&](std::uint32_t row) { return scene.goroutine(row).reach == Reach::never; });
  draft.grade = never ? Grade::proved : Grade::likely;
  draft.title =
      fmt::format("{} {} at {}, for room that only {} could make", goroutines(scene, draft.roots),
                  doing(scene, draft.roots), at_place(scene.shown_place(index)),
                  draft.roots.size() == 1 ? "it itself" : "they themselves");
  draft.explanation += " Nothing else that can still run refers to the pool.";
  draft.unknown.clear();
  draft.behind = Behind::stuck;
  const Wait* wait = scene.wait_of(draft.roots.front());
  for (const Wait& other : scene.snapshot().waits) {
    const bool same = wait != nullptr && wait->object && other.object == wait->object;
    const bool is_victim = same && other.operation == Operation::send &&
                           is_unreached(scene.goroutine(other.goroutine).reach) &&
                           std::ranges::find(draft.roots, other.goroutine) == draft.roots.end();
    if (is_victim && !evidence.explained(other.goroutine)) draft.victims.push_back(other.goroutine);
  }
}

Draft make_pool_draft(const Evidence& evidence, std::size_t index) {
  const Scene& scene = evidence.scene();
  const Group& group = scene.groups()[index];
  Draft draft = start_draft(evidence, index, "mixed-cycle");
  draft.severity = Severity::deadlock;
  draft.shape = group.count > 1 ? goknot::Shape::cycle : goknot::Shape::self;
  draft.grade = group.count > 1 ? Grade::likely : Grade::possible;
  const Place place = scene.place(group.stack, scene.traits(index).wait_frame);
  draft.title = fmt::format("{} to send at {}, to those who run such tasks: themselves",
                            waiters(group.count), at_place(place));
  draft.explanation = "Each holds a place in the pool and needs another one to go on.";
  draft.advice =
      "Do not hand work to a bounded pool from inside its own tasks, or let such tasks run in the "
      "caller.";
  draft.unknown.push_back(
      "how many places the pool has is not shown by this dump; only the memory of the process "
      "shows it");
  if (is_stuck(scene, group)) add_memory(evidence, index, draft);
  return draft;
}

bool is_root(const std::vector<Draft>& drafts, std::uint32_t row) {
  return std::ranges::any_of(drafts, [row](const Draft& draft) {
    return std::ranges::find(draft.roots, row) != draft.roots.end();
  });
}

// Pools of which memory shows that they have fed themselves until they were full. Whoever waits for
// them is in a knot with them, which says less.
std::vector<Draft> find_pools(const Evidence& evidence) {
  const Scene& scene = evidence.scene();
  std::vector<Draft> drafts;
  for (std::size_t i = 0; i < scene.groups().size(); i++) {
    const bool open = is_stuck(scene, scene.groups()[i]) && !evidence.explained_group(i);
    if (open && feeds_itself(scene, i)) drafts.push_back(make_pool_draft(evidence, i));
  }
  return drafts;
}

// The waiters of a lock who would answer what its holder asks, if nobody else can; as text suggests
// it.
// A program that moves shows such stacks for moments: a request to a worker that is about to take
// the same lock. So something must say that it lasts.
std::vector<std::uint32_t> find_answering(const Evidence& evidence, const ContendedLock& lock,
                                          const Holder& holder) {
  const Scene& scene = evidence.scene();
  const Standing standing = scene.traits_of(holder.row).standing;
  if (holder.strength < Strength::type) return {};
  if (standing != Standing::channel && standing != Standing::join) return {};
  if (!is_lasting(scene, lock) && !scene.context().excerpt) return {};
  const Asked asked(scene, holder);
  std::vector<std::uint32_t> answering;
  std::ranges::copy_if(lock.waiters, std::back_inserter(answering),
                       [&](std::uint32_t row) { return asked.is_answerer(row); });
  if (!answering.empty() && asked.has_free_answerer(lock.waiters)) return {};
  return answering;
}

// From the surest to the vaguest: pools of which memory shows that they are full of themselves,
// cycles in the graph of waits, then what the frames of a text suggest. Nobody is told of twice.
std::vector<Draft> find(const Evidence& evidence) {
  const Scene& scene = evidence.scene();
  std::vector<Draft> drafts = find_pools(evidence);
  std::vector<Draft> cycles = find_cycle_drafts(evidence);
  std::erase_if(cycles, [&](const Draft& cycle) {
    return std::ranges::any_of(cycle.roots, [&](auto row) { return is_root(drafts, row); });
  });
  std::ranges::move(cycles, std::back_inserter(drafts));
  std::ranges::move(find_locked_out(evidence), std::back_inserter(drafts));
  const auto is_told = [&](std::uint32_t row) {
    return evidence.explained(row) || is_root(drafts, row);
  };
  // Memory shows who could answer; where it does, that need not be guessed.
  const bool told = scene.snapshot().origin.detail == Detail::memory;
  for (const ContendedLock& lock : told ? std::span<const ContendedLock>() : evidence.locks()) {
    const Holder* holder = follow(evidence, lock);
    if (holder == nullptr || is_told(holder->row)) continue;
    const std::vector<std::uint32_t> answering = find_answering(evidence, lock, *holder);
    if (!answering.empty()) drafts.push_back(make_draft(evidence, lock, *holder, answering));
  }
  for (std::size_t i = 0; i < scene.groups().size(); i++) {
    const bool open =
        !evidence.explained_group(i) && !is_root(drafts, scene.groups()[i].members[0]);
    if (open && feeds_itself(scene, i)) drafts.push_back(make_pool_draft(evidence, i));
  }
  return drafts;
}

}  // namespace

const Rule mixed_cycle_rule{.id = "mixed-cycle",
                            .summary = "a cycle through channels, wait groups, conds and locks",
                            .meaning =
                                "A goroutine holds a lock and waits for others through a channel, "
                                "a sync.WaitGroup or a sync.Cond, and those "
                                "others wait for that lock.",
                            .caveat =
                                "From text: that the waiters would answer is inferred from who "
                                "started them and which type they work for. From memory: whoever "
                                "still refers to a channel is taken for one who could answer.",
                            .find = find};

}  // namespace goknot::analysis
