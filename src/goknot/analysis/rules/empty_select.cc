// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/rule.h"
#include "goknot/analysis/suspicion.h"
#include "goknot/analysis/words.h"

#include <fmt/format.h>

namespace goknot::analysis {

namespace {

constexpr std::uint64_t kMeant = 1;  // one alone may be somebody's way to keep a program alive

// `select {}` at the end of main keeps a program alive whose servers run in goroutines: a remark,
// no accusation. The runtime never prints "all goroutines are asleep" for it as long as others can
// move.
Draft make_draft(const Evidence& evidence, std::size_t index) {
  const Scene& scene = evidence.scene();
  const Group& group = scene.groups()[index];
  const Traits& traits = scene.traits(index);
  const bool declared = scene.context().declared;
  Draft draft = start_draft(evidence, index, "empty-select");
  const bool alone = !declared && !traits.main && group.count <= kMeant;
  draft.grade = alone ? Grade::possible : Grade::proved;
  draft.severity = traits.main && !declared ? Severity::info : severity_of(scene, index);
  draft.shape = goknot::Shape::orphan;
  const Place place = scene.shown_place(index);
  draft.title = fmt::format(
      "{} at {}",
      group.count == 1 ? goroutine_name(scene, draft.roots.front()) + " is parked in select {}"
                       : goroutines(group.count) + " are parked in select {}",
      at_place(place));
  draft.explanation = "A select without cases never ends.";
  draft.advice =
      "If it is to keep the program alive, let main do it; elsewhere wait for a context or a "
      "channel.";
  return draft;
}

std::vector<Draft> find(const Evidence& evidence) {
  std::vector<Draft> drafts;
  for (std::size_t i = 0; i < evidence.scene().groups().size(); i++) {
    const bool fits = evidence.scene().traits(i).kind == ObjectKind::empty_select;
    if (fits && !evidence.explained_group(i)) drafts.push_back(make_draft(evidence, i));
  }
  return drafts;
}

}  // namespace

const Rule empty_select_rule{
    .id = "empty-select",
    .summary = "goroutines parked in select {} for ever",
    .meaning = "The runtime says (no cases): nothing can end this wait.",
    .caveat = "In main it is meant and only mentioned; a single one elsewhere may be, too.",
    .find = find};

}  // namespace goknot::analysis
