// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/queue.h"
#include "goknot/analysis/suspicion.h"
#include "goknot/analysis/words.h"
#include "goknot/model/function_name.h"

#include <fmt/format.h>

#include <algorithm>

namespace goknot::analysis {

namespace {

constexpr std::uint64_t kCrowd = 100;  // of those that wait for an end: they never leave

// Whether a goroutine was started with a function literal that receives itself and has come no
// further: go func() { <-ctx.Done(); … }().
bool waits_for_an_end(const Scene& scene, std::size_t index) {
  const Traits& traits = scene.traits(index);
  if (traits.operation != Operation::receive || traits.wait_frame != traits.entry_frame) {
    return false;
  }
  const auto functions = scene.functions(scene.groups()[index].stack);
  return traits.entry_frame < functions.size() &&
         parse_function_name(functions[traits.entry_frame]).suffix.starts_with(".func");
}

// Whether they were handed the channel, as a context hands out its Done(); text does not say, but
// most that look like it were.
bool is_handed(const Evidence& evidence, std::size_t index, std::span<const std::uint32_t> rows) {
  const Scene& scene = evidence.scene();
  if (scene.snapshot().origin.detail != Detail::memory) return waits_for_an_end(scene, index);
  return std::ranges::all_of(rows, [&](std::uint32_t row) { return scene.wait_of(row)->handed; });
}

// In main, in libraries of which it is known, and where something is to be done at the end: waiting
// for the Done() of a context that never ends. Leak reports and excerpts ask for just that; and
// of a crowd it is too much.
// `<-ctx.Done()` of context.Background() is a receive from a nil channel by design: Done returns
// nil (context/context.go emptyCtx). So the same words of the runtime may mean a forgotten make,
// and a goroutine that is to stay for as long as the program.
bool is_meant(const Evidence& evidence, std::size_t index, std::span<const std::uint32_t> rows) {
  const Scene& scene = evidence.scene();
  const Context& context = scene.context();
  if (context.declared) return false;
  const Traits& traits = scene.traits(index);
  const LibraryShape* shape = traits.shape;
  if (traits.main || (shape != nullptr && !shape->basic && shape->kind == ShapeClass::idle)) {
    return true;
  }
  const bool reported = context.cause == Cause::leak_report || context.excerpt;
  return !reported && scene.count_of(rows) < kCrowd && is_handed(evidence, index, rows);
}

// The members of a group that wait for nil channels only and that nothing explains yet. Where they
// wait in a select, it need not be all of them.
std::vector<std::uint32_t> find_members(const Evidence& evidence, std::size_t index) {
  std::vector<std::uint32_t> rows = evidence.unexplained(index);
  std::erase_if(rows, [&](std::uint32_t row) {
    const Wait* wait = evidence.scene().wait_of(row);
    return wait == nullptr || wait->kind != ObjectKind::nil_channel;
  });
  return rows;
}

// Who queues for a lock of theirs waits for ever, too.
void add_locks(const Evidence& evidence, Draft& draft) {
  const Scene& scene = evidence.scene();
  for (const std::uint32_t row : draft.roots) {
    for (const ContendedLock* lock : evidence.lock_index().kept_by(row)) {
      const Holder* holder = follow(evidence, *lock);
      const Grade grade = grade_of(scene, *lock, *holder);
      if (grade < Grade::likely) continue;
      draft.edges.push_back(holds_edge(scene, *lock, *holder));
      draft.culprits.push_back({Role::holds, row, holder->frame});
      draft.grade = std::min(draft.grade, grade);
      draft.severity = std::max(draft.severity, Severity::deadlock);
      draft.behind = Behind::all;
    }
  }
}

// "goroutine 18 waits on a nil channel at main.serve (main.go:12)".
Draft make_draft(const Evidence& evidence, std::size_t index, std::vector<std::uint32_t> rows) {
  const Scene& scene = evidence.scene();
  const bool selects = scene.groups()[index].reason == WaitReason::select;
  Draft draft;
  draft.rule = "nil-chan";
  draft.grade = Grade::proved;
  draft.severity = is_meant(evidence, index, rows) ? Severity::info : severity_of(scene, index);
  draft.shape = goknot::Shape::orphan;
  const Place place = scene.shown_place(index);
  const std::string_view where =
      selects ? "in a select without any channel but nil" : "on a nil channel";
  draft.title = fmt::format("{} wait{} {} at {}", goroutines(scene, rows),
                            scene.count_of(rows) == 1 ? "s" : "", where, at_place(place));
  draft.explanation =
      selects ? "It stands in the queue of no channel: those of all its cases are nil, and a nil "
                "channel never becomes ready."
              : "The runtime prints that the channel is nil; a nil channel never becomes ready.";
  draft.advice =
      fmt::format("Make the channel before {}; Done() of context.Background() is nil, too.",
                  short_place(place));
  for (const std::uint32_t row : rows) draft.edges.push_back(waits_edge(scene, row));
  draft.roots = std::move(rows);
  add_locks(evidence, draft);
  return draft;
}

std::vector<Draft> find(const Evidence& evidence) {
  std::vector<Draft> drafts;
  for (std::size_t i = 0; i < evidence.scene().groups().size(); i++) {
    const Traits& traits = evidence.scene().traits(i);
    const bool fits = traits.kind == ObjectKind::nil_channel ||
                      evidence.scene().groups()[i].reason == WaitReason::select;
    if (!fits || traits.standing == Standing::system || evidence.explained_group(i)) continue;
    std::vector<std::uint32_t> rows = find_members(evidence, i);
    if (!rows.empty()) drafts.push_back(make_draft(evidence, i, std::move(rows)));
  }
  return drafts;
}

}  // namespace

const Rule nil_chan_rule{
    .id = "nil-chan",
    .summary = "a goroutine waits on a channel that was never made",
    .meaning =
        "The runtime says (nil chan), or memory shows a select that stands in the queue of no "
        "channel: sending to or receiving from a nil channel blocks for ever.",
    .caveat =
        "A receive from the Done() of a context that cannot end may be meant; it is only mentioned "
        "in main, in libraries that do so, where memory shows that a call had just returned the "
        "channel, and in a dump where a function literal does nothing else; of a hundred it is "
        "said.",
    .find = find};

}  // namespace goknot::analysis
