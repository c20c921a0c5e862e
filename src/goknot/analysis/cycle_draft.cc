// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/cycle_draft.h"

#include "goknot/analysis/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace goknot::analysis {

namespace {

using Steps = std::vector<CycleStep>;

const CycleStep& after(const Steps& steps, std::size_t i) { return steps[(i + 1) % steps.size()]; }

// The frame that took a lock, if memory shows it.
const Hold* hold_of(const Scene& scene, std::uint32_t row, ObjectId object) {
  const auto& holds = scene.snapshot().holds;
  const auto found = std::ranges::find_if(
      holds, [&](const Hold& h) { return h.goroutine == row && h.object == object; });
  return found == holds.end() ? nullptr : &*found;
}

// What the next one in the circle could do to end a wait: "release it".
std::string_view remedy(const Scene& scene, const CycleStep& step) {
  const Wait* wait = scene.wait_of(step.row);
  switch (wait == nullptr ? Operation::unknown : wait->operation) {
    case Operation::send:
      return "could make room there";
    case Operation::receive:
      return "could send to it or close it";
    case Operation::lock:
    case Operation::rlock:
      return step.relation == Relation::holds ? "holds it" : "could release it";
    default:
      return step.owes ? "has deferred the Done that it waits for" : "could end that";
  }
}

// "7 waits to send on a channel, and 9 could receive from it".
std::string sentence(const Scene& scene, const Steps& steps, std::size_t i) {
  const std::uint32_t row = steps[i].row;
  return fmt::format("{} {}, and {} {}", scene.goroutine(row).id, doing(scene, std::span(&row, 1)),
                     scene.goroutine(after(steps, i).row).id, remedy(scene, steps[i]));
}

// Whether a step stands for many any of whom would do: who waits for these is to blame. Where all
// do, nobody is more to blame than others.
bool is_of_crowd(const Steps& steps, const CycleStep& step) {
  const auto stands_for_none = [](const CycleStep& one) { return one.stands_for == 0; };
  return step.stands_for > 0 && std::ranges::any_of(steps, stands_for_none);
}

// "goroutine 7", "13 goroutines".
std::string name_of(const Scene& scene, const Steps& steps, const CycleStep& step) {
  return is_of_crowd(steps, step) ? goroutines(std::size_t{step.stands_for} + 1)
                                  : goroutine_name(scene, step.row);
}

// A step says that `next` could end the wait of `step`: because it holds the lock, which memory
// showed, or because its frames still refer to the channel, which is an inference; the edge says
// which.
void add_step(const Scene& scene, const Steps& steps, std::size_t i, Draft& draft) {
  const CycleStep& step = steps[i];
  const std::uint32_t next = after(steps, i).row;
  (is_of_crowd(steps, step) ? draft.victims : draft.roots).push_back(step.row);
  if (scene.goroutine(step.row).reach != Reach::never) draft.grade = Grade::likely;
  draft.edges.push_back(waits_edge(scene, step.row));
  DraftEdge edge;
  edge.row = next;
  edge.relation = step.relation;
  edge.object = step.object;
  edge.grade = draft.grade;
  edge.evidence = step.relation == Relation::holds ? "read from memory"
                  : step.owes                      ? "its Done is deferred"
                                                   : "its frames still refer to it";
  draft.edges.push_back(std::move(edge));
  if (step.relation != Relation::holds) return;
  if (const Hold* hold = hold_of(scene, next, step.object)) {
    draft.edges.back().operation = hold->mode;
    draft.culprits.push_back({Role::holds, next, hold->frame});
  }
}

// "Goroutine 7 and goroutine 9 wait for each other".
std::string title(const Scene& scene, const Cycle& cycle, std::span<const std::uint32_t> roots) {
  const Steps& steps = cycle.steps;
  if (cycle.is_of_one_gate()) {
    const bool alone = roots.size() == 1;
    return fmt::format("{} {}, which only {} could end",
                       alone ? goroutine_name(scene, roots.front()) : goroutines(roots.size()),
                       doing(scene, roots), alone ? "it itself" : "they themselves");
  }
  if (steps.size() > 2) return goroutines(steps.size()) + " wait for each other in a circle";
  const bool turned = is_of_crowd(steps, steps[0]);
  return fmt::format("{} and {} wait for each other", name_of(scene, steps, steps[turned ? 1 : 0]),
                     name_of(scene, steps, steps[turned ? 0 : 1]));
}

std::string advice(const Scene& scene, const Steps& steps) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].relation != Relation::holds) continue;
    const std::uint32_t holder = after(steps, i).row;
    return fmt::format("Release the lock before the wait at {}.",
                       short_place(scene.shown_place(scene.group_index(holder))));
  }
  return fmt::format("Let one of them act before it waits, or give the wait at {} a way out.",
                     short_place(scene.shown_place(scene.group_index(steps.front().row))));
}

// "Goroutine 7 and goroutine 9 wait for each other": the explanation goes once round the circle, as
// far as two steps, and the tree below the finding shows the rest.
Draft make_draft(const Evidence& evidence, const Cycle& cycle) {
  const Scene& scene = evidence.scene();
  const Steps& steps = cycle.steps;
  Draft draft;
  const bool only_locks = std::ranges::all_of(
      steps, [](const CycleStep& step) { return step.relation == Relation::holds; });
  draft.rule = only_locks ? "lock-cycle" : "mixed-cycle";
  draft.severity = Severity::deadlock;
  draft.shape = steps.size() == 1 ? goknot::Shape::self : goknot::Shape::cycle;
  draft.grade = Grade::proved;
  for (std::size_t i = 0; i < steps.size(); ++i) add_step(scene, steps, i, draft);
  draft.roots.insert(draft.roots.end(), cycle.mates.begin(), cycle.mates.end());
  for (const std::uint32_t row : cycle.mates) draft.edges.push_back(waits_edge(scene, row));
  const auto is_reached = [&](const CycleStep& step) {
    return !is_unreached(scene.goroutine(step.row).reach);
  };
  const bool reached = std::ranges::any_of(steps, is_reached);
  draft.behind = reached ? Behind::all : Behind::stuck;
  draft.title = title(scene, cycle, draft.roots);
  draft.title_of_many = draft.roots.size() == 1 && steps.size() > 1
                            ? "a goroutine and those who would answer it wait for each other"
                            : goroutines(draft.roots.size()) + " wait for each other";
  draft.explanation = sentence(scene, steps, 0);
  if (steps.size() > 1) draft.explanation += "; " + sentence(scene, steps, 1);
  draft.explanation += reached ? "." : ". Nothing else that can still run refers to these.";
  draft.advice = advice(scene, steps);
  return draft;
}

}  // namespace

std::vector<Draft> find_cycle_drafts(const Evidence& evidence) {
  std::vector<Draft> drafts;
  for (const Cycle& cycle : evidence.graph().cycles()) {
    const bool fresh = std::ranges::none_of(
        cycle.steps, [&](const CycleStep& step) { return evidence.explained(step.row); });
    if (fresh) drafts.push_back(make_draft(evidence, cycle));
  }
  return drafts;
}

}  // namespace goknot::analysis
