// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/rule.h"
#include "goknot/analysis/words.h"

#include <fmt/format.h>

namespace goknot::analysis {

namespace {

// "fatal error: all goroutines are asleep - deadlock!" comes when no thread could run any goroutine
// and no timer is left (runtime/proc.go checkdead). Those that a rule before this one explains are
// left to it; this one says no more than that the others are stuck, too.
std::vector<Draft> find(const Evidence& evidence) {
  const Scene& scene = evidence.scene();
  const Cause cause = scene.context().cause;
  if (cause != Cause::all_asleep && cause != Cause::no_goroutines &&
      cause != Cause::synctest_deadlock)
    return {};
  Draft draft;
  draft.rule = "global-deadlock";
  draft.grade = Grade::proved;
  draft.severity = Severity::deadlock;
  draft.shape = goknot::Shape::orphan;
  for (std::size_t i = 0; i < scene.groups().size(); i++) {
    const Standing standing = scene.traits(i).standing;
    if (standing == Standing::system || standing == Standing::framework) continue;
    if (scene.groups()[i].state == State::running || evidence.explained_group(i)) continue;
    for (const std::uint32_t row : evidence.unexplained(i)) draft.roots.push_back(row);
  }
  if (draft.roots.empty()) return {};
  draft.title = fmt::format("{}, and the runtime says that nobody can ever move",
                            waiters(scene.count_of(draft.roots)));
  draft.explanation = scene.snapshot().origin.cause_text + ".";
  draft.advice = "Look at what each of them waits for, and who should have ended it.";
  return {draft};
}

}  // namespace

const Rule global_deadlock_rule{.id = "global-deadlock",
                                .summary = "the runtime's own \"all goroutines are asleep\"",
                                .meaning =
                                    "The runtime found that no goroutine can ever run again, and "
                                    "no rule above says why for these.",
                                .caveat = "None: the runtime counts.",
                                .find = find};

}  // namespace goknot::analysis
