// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/growth.h"
#include "goknot/analysis/rule.h"
#include "goknot/analysis/words.h"
#include "goknot/base/quantity.h"

#include <fmt/format.h>

namespace goknot::analysis {

namespace {

// "1,204 goroutines stand at main.work (worker.go:31), 1,100 more than at first".
Draft make_draft(const Evidence& evidence, std::size_t index, const Growth& growth) {
  const Scene& scene = evidence.scene();
  const Group& group = scene.groups()[index];
  Draft draft = start_draft(evidence, index, "leak-growing");
  // Two looks may be a program that warms up. Three, in which nobody that was there has moved, are
  // a leak or something that looks like one in every respect.
  draft.grade = growth.looks >= 3 && growth.none_left ? Grade::likely : Grade::possible;
  draft.severity = Severity::leak;
  draft.shape = goknot::Shape::orphan;
  draft.title = fmt::format("{} stand at {}, {} more than at first", goroutines(group.count),
                            at_place(scene.shown_place(index)),
                            with_thousands(group.count - growth.at_first));
  draft.explanation =
      fmt::format("The group grew over {} looks{}.", growth.looks,
                  growth.none_left ? ", and none of those seen before has moved" : "");
  draft.advice = "Look at what ends such a goroutine, and who should have done it.";
  return draft;
}

std::vector<Draft> find(const Evidence& evidence) {
  std::vector<Draft> drafts;
  const Scene& scene = evidence.scene();
  if (scene.earlier().empty()) return drafts;
  for (std::size_t i = 0; i < scene.groups().size(); i++) {
    const Standing standing = scene.traits(i).standing;
    if (standing == Standing::system || standing == Standing::moving || evidence.explained_group(i))
      continue;
    if (has_grown(scene, i)) drafts.push_back(make_draft(evidence, i, find_growth(scene, i)));
  }
  return drafts;
}

}  // namespace

const Rule leak_growing_rule{
    .id = "leak-growing",
    .summary = "a group of goroutines grows from look to look",
    .meaning =
        "Several looks at one process show a group that at least doubled, by ten or more, and "
        "never shrank.",
    .caveat = "A program that is warming up or under rising load grows, too; more looks tell.",
    .find = find};

}  // namespace goknot::analysis
