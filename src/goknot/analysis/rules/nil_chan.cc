// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/rule.h"
#include "goknot/analysis/suspicion.h"
#include "goknot/analysis/words.h"

#include <fmt/format.h>

namespace goknot::analysis {

namespace {

// In main, and in libraries of which it is known: waiting for the Done() of a context that never
// ends.
bool is_meant(const Scene& scene, const Traits& traits) {
  if (scene.context().declared) return false;
  const LibraryShape* shape = traits.shape;
  return traits.main || (shape != nullptr && !shape->basic && shape->kind == ShapeClass::idle);
}

Draft make_draft(const Evidence& evidence, std::size_t index) {
  const Scene& scene = evidence.scene();
  const Group& group = scene.groups()[index];
  const Traits& traits = scene.traits(index);
  Draft draft = start_draft(evidence, index, "nil-chan");
  draft.grade = Grade::proved;
  draft.severity = is_meant(scene, traits) ? Severity::info : severity_of(scene, index);
  draft.shape = goknot::Shape::orphan;
  const Place place = scene.shown_place(index);
  draft.title = fmt::format(
      "{} {} at {}",
      group.count == 1 ? goroutine_name(scene, draft.roots.front()) : goroutines(group.count),
      group.count == 1 ? doing(traits, group) : doing_many(traits, group), at_place(place));
  draft.explanation =
      "The runtime prints that the channel is nil; a nil channel never becomes ready.";
  draft.advice =
      fmt::format("Make the channel before {}; Done() of context.Background() is nil, too.",
                  short_place(place));
  return draft;
}

std::vector<Draft> find(const Evidence& evidence) {
  std::vector<Draft> drafts;
  for (std::size_t i = 0; i < evidence.scene().groups().size(); i++) {
    const bool fits = evidence.scene().traits(i).kind == ObjectKind::nil_channel;
    if (fits && !evidence.explained_group(i)) drafts.push_back(make_draft(evidence, i));
  }
  return drafts;
}

}  // namespace

const Rule nil_chan_rule{
    .id = "nil-chan",
    .summary = "a goroutine waits on a channel that was never made",
    .meaning =
        "The runtime says (nil chan): sending to or receiving from a nil channel blocks for ever.",
    .caveat =
        "A receive from the Done() of a context that cannot end may be meant; in main and in "
        "libraries "
        "that do so it is only mentioned.",
    .find = find};

}  // namespace goknot::analysis
