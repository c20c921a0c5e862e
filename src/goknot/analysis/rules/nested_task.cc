// SPDX-License-Identifier: Apache-2.0
// In Go terms, a task that hands work to its own bounded pool and waits until that is taken or
// done:
//
//     pool, _ := ants.NewPool(4)
//     pool.Submit(func() { ...; pool.Submit(next); ... })     // four of these, and nobody goes on
//
// Which rows of the table of shapes are the tasks of a pool, and what they must not wait in, the
// table says (analysis/embed/shapes.txt, "nested"). A worker of such a library that does anything
// else, be it of another pool, may be whom they wait for: then nothing is said.
#include "goknot/analysis/rule.h"
#include "goknot/analysis/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace goknot::analysis {

namespace {

bool is_one_of(const LibraryShape* shape, std::span<const std::string_view> ids) {
  return shape != nullptr && std::ranges::find(ids, shape->id) != ids.end();
}

// Whether the goroutines of a group run tasks of such a pool.
bool runs_task(const Scene& scene, std::size_t index, const NestedTasks& nested) {
  const Group& group = scene.groups()[index];
  const auto functions = scene.functions(group.stack);
  const std::string_view creator = scene.snapshot().function(group.creator);
  return is_one_of(scene.shapes().within(functions, creator), nested.tasks);
}

// Whether the goroutines of a group, whose stacks are not shown, were started like a task.
bool is_unseen_worker(const Scene& scene, const Group& group, std::span<const std::size_t> tasks) {
  const Snapshot& snapshot = scene.snapshot();
  if (!snapshot.stacks.frames(group.stack).empty() || !group.creator) return false;
  const std::string_view creator = snapshot.function(group.creator);
  return std::ranges::any_of(tasks, [&](std::size_t task) {
    return snapshot.function(scene.groups()[task].creator) == creator;
  });
}

// The groups around a pool: tasks that wait for it, and others that do.
struct Pool {
  std::vector<std::size_t> tasks, callers;
  bool moves = false;  // a worker does something else
};

Pool look_at(const Evidence& evidence, const NestedTasks& nested) {
  const Scene& scene = evidence.scene();
  const auto waits_for_pool = [&](std::size_t i) {
    return is_one_of(scene.traits(i).shape, nested.waits);
  };
  Pool pool;
  const auto all = std::views::iota(std::size_t{0}, scene.groups().size());
  if (std::ranges::none_of(all, waits_for_pool)) return pool;  // most programs
  for (std::size_t i = 0; i < scene.groups().size() && !pool.moves; ++i) {
    const bool waits = waits_for_pool(i);
    const bool task = runs_task(scene, i, nested);
    if (task && (!waits || evidence.explained_group(i))) pool.moves = true;
    if (waits && !evidence.explained_group(i)) (task ? pool.tasks : pool.callers).push_back(i);
  }
  pool.moves |= std::ranges::any_of(scene.groups(), [&](const Group& group) {
    return is_unseen_worker(scene, group, pool.tasks);
  });
  return pool;
}

Draft make_draft(const Evidence& evidence, const Pool& pool) {
  const Scene& scene = evidence.scene();
  const std::size_t first = pool.tasks.front();
  Draft draft = start_draft(evidence, first, "nested-task");
  for (const std::size_t group : pool.tasks) {
    if (group == first) continue;
    const Draft more = start_draft(evidence, group, "nested-task");
    draft.roots.insert(draft.roots.end(), more.roots.begin(), more.roots.end());
    draft.edges.insert(draft.edges.end(), more.edges.begin(), more.edges.end());
  }
  for (const std::size_t group : pool.callers) {
    const auto rows = evidence.unexplained(group);
    draft.victims.insert(draft.victims.end(), rows.begin(), rows.end());
  }
  for (const std::uint32_t row : draft.roots) {
    draft.culprits.push_back({Role::waits, row, entry_to_library(scene, row)});
  }
  const LibraryShape& shape = *scene.traits(first).shape;
  const DraftCulprit& culprit = draft.culprits.front();
  const Place place = scene.place(scene.goroutine(culprit.row).stack, culprit.frame);
  draft.severity = Severity::deadlock;
  draft.shape = draft.roots.size() > 1 ? goknot::Shape::cycle : goknot::Shape::self;
  draft.grade = Grade::likely;
  draft.behind = Behind::stuck;
  draft.title = fmt::format("{} at {}, for the pool whose tasks {}", waiters(draft.roots.size()),
                            at_place(place), draft.roots.size() > 1 ? "they are" : "it is");
  draft.explanation = fmt::format(
      "Each is {}, inside a task of such a pool, and no worker does anything else.", shape.purpose);
  draft.advice =
      "Do not hand work to a bounded pool from inside its own tasks, or give such work a pool of "
      "its "
      "own.";
  draft.unknown.emplace_back("whether all of them belong to one pool");
  return draft;
}

// A single look shows a pool for a moment, so something must say that it lasts; where memory was
// read a second look does.
bool lasts(const Scene& scene, const Pool& pool) {
  const Context& context = scene.context();
  return scene.snapshot().origin.detail == Detail::memory || context.declared || context.frozen ||
         context.excerpt || std::ranges::all_of(pool.tasks, [&](std::size_t group) {
           return scene.is_lasting(group);
         });
}

std::vector<Draft> find(const Evidence& evidence) {
  std::vector<Draft> drafts;
  for (const NestedTasks& nested : evidence.scene().shapes().nested_tasks()) {
    const Pool pool = look_at(evidence, nested);
    if (pool.moves || pool.tasks.empty() || !lasts(evidence.scene(), pool)) continue;
    drafts.push_back(make_draft(evidence, pool));
  }
  return drafts;
}

}  // namespace

const Rule nested_task_rule{
    .id = "nested-task",
    .summary = "tasks of a bounded pool that all wait for that pool",
    .meaning =
        "Every worker of a library's pool runs a task that waits for a place in such a pool, or "
        "for another task of it.",
    .caveat =
        "That they belong to one pool is inferred: no worker of any pool of that library does "
        "anything else.",
    .find = find};

}  // namespace goknot::analysis
