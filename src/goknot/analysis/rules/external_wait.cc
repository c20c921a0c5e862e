// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/rule.h"
#include "goknot/analysis/words.h"

#include <fmt/format.h>

namespace goknot::analysis {

namespace {

Draft make_draft(const Evidence& evidence, std::size_t index) {
  const Scene& scene = evidence.scene();
  const Group& group = scene.groups()[index];
  const Traits& traits = scene.traits(index);
  Draft draft = start_draft(evidence, index, "external-wait");
  draft.grade = Grade::likely;
  draft.severity = Severity::warning;
  draft.shape = goknot::Shape::none;
  const Place place = scene.shown_place(index);
  draft.title = fmt::format("{} {} at {}{}", goroutine_name(scene, draft.roots.front()),
                            doing(traits, group), at_place(place), for_minutes(group.most_minutes));
  draft.explanation = "A test ran into its time limit while its body waited for the world outside.";
  draft.advice = fmt::format(
      "Give the wait at {} a deadline, and look at what should have answered.", short_place(place));
  draft.unknown.push_back(
      "what it waits for is not shown by this dump; the memory of the process shows it");
  return draft;
}

std::vector<Draft> find(const Evidence& evidence) {
  std::vector<Draft> drafts;
  const Scene& scene = evidence.scene();
  if (scene.context().cause != Cause::test_timeout) return drafts;
  for (std::size_t i = 0; i < scene.groups().size(); i++) {
    const bool fits = scene.traits(i).test && scene.traits(i).standing == Standing::outside;
    if (fits && scene.groups()[i].most_minutes > 0 && !evidence.explained_group(i)) {
      drafts.push_back(make_draft(evidence, i));
    }
  }
  return drafts;
}

}  // namespace

const Rule external_wait_rule{
    .id = "external-wait",
    .summary = "stuck in a system call, on the network or on a child process",
    .meaning =
        "A test ran into its time limit while its body was in a system call or waited for the "
        "network or a pipe.",
    .caveat =
        "The other side may be in the same program; if it is stuck itself, that is reported first.",
    .find = find};

}  // namespace goknot::analysis
