// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/rule.h"
#include "goknot/analysis/words.h"

#include <fmt/format.h>

namespace goknot::analysis {

namespace {

// A test that ran out of time in a wait for the world.
Draft of_test(const Evidence& evidence, std::size_t index) {
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

void find_tests(const Evidence& evidence, std::vector<Draft>& drafts) {
  const Scene& scene = evidence.scene();
  if (scene.context().cause != Cause::test_timeout) return;
  for (std::size_t i = 0; i < scene.groups().size(); i++) {
    const bool fits = scene.traits(i).test && scene.traits(i).standing == Standing::outside;
    if (fits && scene.groups()[i].most_minutes > 0 && !evidence.explained_group(i)) {
      drafts.push_back(of_test(evidence, i));
    }
  }
}

// Whether the world will hardly answer. A name or a file that takes less than a minute is nothing.
bool is_worth_a_word(const Scene& scene, const OutsideWait& wait) {
  const bool old = scene.goroutine(wait.goroutine).wait_minutes > 0;
  switch (wait.kind) {
    case OutsideKind::resolver:
    case OutsideKind::filesystem:
      return old;
    default:
      return wait.outlook != Outlook::open;
  }
}

std::string advice_for(const OutsideWait& wait, const Place& place) {
  // Go: `cmd.StdoutPipe(); cmd.Start(); cmd.Wait()`: the child writes into a full pipe, and who
  // should read it waits for the child to end.
  if (wait.outlook == Outlook::own) {
    return fmt::format(
        "Read what the child writes while it runs, in a goroutine of its own, and call Wait at {} "
        "only then; or let it write into a buffer or a file.",
        short_place(place));
  }
  switch (wait.kind) {
    case OutsideKind::child:
      return fmt::format("Let the child go on, or end it; give the wait at {} a time limit.",
                         short_place(place));
    case OutsideKind::resolver:
      return "Look at the name servers of this machine; the resolver of Go itself "
             "(GODEBUG=netdns=go) obeys deadlines.";
    default:
      return "Look at the server or device behind that file system.";
  }
}

Draft of_outside(const Evidence& evidence, const OutsideWait& wait) {
  const Scene& scene = evidence.scene();
  const Snapshot& snapshot = scene.snapshot();
  const std::string_view what = snapshot.strings[wait.what];
  const std::string_view why = snapshot.strings[wait.why];
  const Place place = scene.shown_place(scene.group_index(wait.goroutine));
  Draft draft;
  draft.rule = "external-wait";
  // Who reads may be busy with what it has read.
  draft.grade = wait.outlook == Outlook::own ? Grade::possible : Grade::likely;
  draft.severity = Severity::warning;
  draft.shape = goknot::Shape::none;
  draft.roots = {wait.goroutine};
  const std::string_view verb = wait.outlook == Outlook::own ? "" : "is ";
  const bool process = wait.kind == OutsideKind::child && !why.empty();
  draft.title = fmt::format("{} waits for {}{}{}", goroutine_name(scene, wait.goroutine), what,
                            process ? fmt::format(", which {}{}", verb, why) : "",
                            for_minutes(scene.goroutine(wait.goroutine).wait_minutes));
  draft.explanation = fmt::format("The kernel shows its thread in a system call for {}{}{}.", what,
                                  why.empty() ? "" : ": ", why);
  draft.advice = advice_for(wait, place);
  return draft;
}

std::vector<Draft> find(const Evidence& evidence) {
  std::vector<Draft> drafts;
  for (const OutsideWait& wait : evidence.scene().snapshot().outside_waits) {
    if (evidence.explained(wait.goroutine) || !is_worth_a_word(evidence.scene(), wait)) continue;
    drafts.push_back(of_outside(evidence, wait));
  }
  find_tests(evidence, drafts);
  return drafts;
}

}  // namespace

const Rule external_wait_rule{
    .id = "external-wait",
    .summary = "stuck in a system call, on the network or on a child process",
    .meaning =
        "A goroutine waits for a child that is stopped, or that waits itself until its output is "
        "read; for a name or a file for a minute or more. Or a test ran into its time limit while "
        "its body was in a system call or waited for the network or a pipe.",
    .caveat =
        "The other side may be in the same program; if it is stuck itself, that is reported first. "
        "A goroutine that reads a child's output may be busy with what it has read.",
    .find = find};

}  // namespace goknot::analysis
