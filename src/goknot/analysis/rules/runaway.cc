// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/rule.h"
#include "goknot/analysis/words.h"
#include "goknot/base/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

namespace goknot::analysis {

namespace {

constexpr std::uint64_t kCrowd = 1000;  // a group below this is nothing special by its size
constexpr std::uint64_t kLead =
    10;  // times the next group: several groups of one size are a design
constexpr std::uint64_t kPicked =
    20;  // of the only group of a profile that a person cut down to it

struct Sizes {
  std::optional<std::size_t> largest;  // group
  std::uint64_t next_size = 0;
};

// Whether a number says anything of a group: idle connections of a server may be as many as they
// like.
bool may_run_away(const Evidence& evidence, std::size_t index) {
  const Traits& traits = evidence.scene().traits(index);
  const bool meant = traits.standing == Standing::idle && traits.shape != nullptr &&
                     traits.shape->kind == ShapeClass::idle;
  return !meant && traits.standing != Standing::system && !evidence.scene().groups()[index].system;
}

Sizes find_sizes(const Evidence& evidence) {
  const auto groups = evidence.scene().groups();
  Sizes sizes;
  for (std::size_t i = 0; i < groups.size(); i++) {
    if (!may_run_away(evidence, i)) continue;
    if (!sizes.largest || groups[i].count > groups[*sizes.largest].count) sizes.largest = i;
  }
  for (std::size_t i = 0; i < groups.size(); i++) {
    if (i != sizes.largest && may_run_away(evidence, i))
      sizes.next_size = std::max(sizes.next_size, groups[i].count);
  }
  return sizes;
}

// A profile of which one stack was kept.
bool is_picked(const Evidence& evidence, const Group& largest) {
  const Origin& origin = evidence.scene().snapshot().origin;
  return !origin.complete && origin.detail == Detail::counts &&
         evidence.scene().groups().size() == 1 && largest.count >= kPicked;
}

Draft make_draft(const Evidence& evidence, std::size_t index, const Sizes& sizes) {
  const Scene& scene = evidence.scene();
  const Group& group = scene.groups()[index];
  Draft draft = start_draft(evidence, index, "runaway");
  draft.grade = Grade::possible;
  draft.severity = Severity::leak;
  draft.shape = goknot::Shape::orphan;
  draft.title =
      fmt::format("{} stand at {}", goroutines(group.count), at_place(scene.shown_place(index)));
  draft.explanation =
      sizes.next_size == 0
          ? std::string("They are the only ones the profile still shows.")
          : fmt::format("The next largest group has {}; a number like this rarely is meant.",
                        with_thousands(sizes.next_size));
  draft.advice =
      "Look at what ends such a goroutine, and who should have done it. Two looks a minute apart "
      "(goknot diff) "
      "tell a leak from a crowd.";
  draft.unknown.push_back("whether they still come and go is not shown by one look");
  return draft;
}

// Goroutines that were running when their threads were held still: a remark, for whoever asked to
// see them wants to know where.
std::vector<Draft> find_running(const Evidence& evidence) {
  const Scene& scene = evidence.scene();
  std::vector<Draft> drafts;
  if (scene.snapshot().origin.stopped_seconds.value_or(0) <= 0) return drafts;
  for (std::size_t i = 0; i < scene.groups().size(); i++) {
    const Group& group = scene.groups()[i];
    const bool seen = !scene.snapshot().stacks.frames(group.stack).empty();
    if (group.state != State::running || group.system || !seen) continue;
    Draft& draft = drafts.emplace_back(start_draft(evidence, i, "runaway"));
    draft.title =
        fmt::format("{} running at {}", counted(group.count, "goroutine was", "goroutines were"),
                    at_place(scene.shown_place(i)));
    draft.explanation = "That is where it stood when its thread was held still for a moment.";
    draft.advice = "Look again: one that is there each time computes for long, or for ever.";
  }
  return drafts;
}

// Size alone is the weakest of all hints: a chat server has ten thousand readers, and each of them
// has its writer. That is why the next group counts, and why it is never more than possible.
std::vector<Draft> find_crowd(const Evidence& evidence) {
  const Scene& scene = evidence.scene();
  const Sizes sizes = find_sizes(evidence);
  if (!sizes.largest) return {};
  const Group& largest = scene.groups()[*sizes.largest];
  if (scene.traits(*sizes.largest).standing == Standing::framework) return {};
  const bool crowd = largest.count > kCrowd &&
                     largest.count >= kLead * std::max<std::uint64_t>(1, sizes.next_size);
  if (!crowd && !is_picked(evidence, largest)) return {};
  if (evidence.explained_group(*sizes.largest)) return {};
  return {make_draft(evidence, *sizes.largest, sizes)};
}

std::vector<Draft> find(const Evidence& evidence) {
  std::vector<Draft> drafts = find_crowd(evidence);
  std::ranges::move(find_running(evidence), std::back_inserter(drafts));
  return drafts;
}

}  // namespace

const Rule runaway_rule{.id = "runaway",
                        .summary = "far too many goroutines in one place",
                        .meaning =
                            "One group has more than 1,000 goroutines and ten times as many as the "
                            "next: they pile up faster than they end. Or, as a remark with "
                            "--pause-running: somebody computes.",
                        .caveat =
                            "Size alone proves nothing: some programs mean it. Several groups of "
                            "one size are a design and not reported.",
                        .find = find};

}  // namespace goknot::analysis
