// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/diagnose.h"

#include "goknot/analysis/accidents.h"
#include "goknot/analysis/counts.h"
#include "goknot/analysis/draft.h"
#include "goknot/analysis/group_view.h"
#include "goknot/analysis/locks.h"
#include "goknot/analysis/queue.h"
#include "goknot/analysis/rule.h"
#include "goknot/analysis/scene.h"
#include "goknot/analysis/shapes.h"
#include "goknot/analysis/verdict.h"
#include "goknot/embedded.h"

#include <algorithm>
#include <utility>

namespace goknot::analysis {

namespace {

bool only_joins(const Scene& scene, const Draft& draft) {
  return !draft.roots.empty() && std::ranges::all_of(draft.roots, [&](std::uint32_t row) {
    return scene.traits_of(row).kind == ObjectKind::wait_group;
  });
}

// In a program that hangs as a whole, who waits for a sync.WaitGroup waits for those that are stuck
// themselves: one knot.
// main in wg.Wait() behind three workers that are stuck would be a second finding of the same
// thing.
void fold_joins(const Scene& scene, std::vector<Draft>& drafts) {
  if (!scene.context().declared || scene.context().cause == Cause::leak_report) return;
  const auto cause = std::ranges::find_if(drafts, [&](const Draft& draft) {
    return draft.severity == Severity::deadlock && !only_joins(scene, draft);
  });
  if (cause == drafts.end()) return;
  for (const Draft& draft : drafts) {
    if (!only_joins(scene, draft)) continue;
    cause->victims.insert(cause->victims.end(), draft.roots.begin(), draft.roots.end());
  }
  std::erase_if(drafts, [&](const Draft& draft) { return only_joins(scene, draft); });
}

// Whether a draft has something to say that earlier ones did not, and nobody it is built on has
// moved.
// A cycle with one member that has moved is no cycle; an orphan of five, of which one moved, still
// is one of four.
bool is_news(const Evidence& evidence, const Draft& draft) {
  const bool stuck = draft.severity >= Severity::leak;
  const auto is_settled = [&](std::uint32_t row) {
    return stuck ? evidence.explained(row) : evidence.claimed(row);
  };
  const bool closed = draft.shape == goknot::Shape::cycle || draft.shape == goknot::Shape::self;
  const auto has_moved = [&](std::uint32_t row) { return evidence.moved(row); };
  if (closed && std::ranges::any_of(draft.roots, has_moved)) return false;
  if (!draft.roots.empty() && std::ranges::all_of(draft.roots, is_settled)) return false;
  const bool queue = draft.roots.empty() || draft.shape == goknot::Shape::convoy;
  return !queue || draft.victims.empty() || !std::ranges::all_of(draft.victims, is_settled);
}

// Adds to a draft who is behind it, and leaves out who needs no explanation: who is in an earlier
// one; and, where it says that goroutines are stuck, who has moved since. Whether anything is left.
bool complete(const Evidence& evidence, Draft& draft) {
  if (!is_news(evidence, draft)) return false;
  add_victims_behind(evidence, draft);
  const bool stuck = draft.severity >= Severity::leak;
  std::erase_if(draft.victims, [&](std::uint32_t row) {
    return stuck ? evidence.explained(row) : evidence.claimed(row);
  });
  return !draft.roots.empty() || !draft.victims.empty();
}

// Who could have ended a wait is inferred; that nothing alive can is not. Of a select without cases
// it was known before, and not whether it is meant.
void strengthen(const Scene& scene, Draft& draft) {
  const bool stuck = std::ranges::all_of(draft.roots, [&](std::uint32_t row) {
    const Traits& traits = scene.traits_of(row);
    const bool meant =
        traits.standing == Standing::forever || traits.kind == ObjectKind::empty_select;
    return !meant && is_unreached(scene.goroutine(row).reach);
  });
  if (stuck && !draft.roots.empty() && draft.severity >= Severity::leak) {
    draft.grade = std::max(draft.grade, Grade::likely);
  }
}

// Where the runtime says that nobody can ever move, that is sure although what is known of the
// cause is not: then the best guess at the cause becomes part of what the runtime says.
void believe_runtime(const Scene& scene, std::vector<Draft>& drafts) {
  const Cause cause = scene.context().cause;
  if (cause != Cause::all_asleep && cause != Cause::no_goroutines &&
      cause != Cause::synctest_deadlock)
    return;
  const auto is_firm = [](const Draft& draft) {
    return draft.severity == Severity::deadlock && draft.grade >= Grade::likely;
  };
  if (drafts.empty() || std::ranges::any_of(drafts, is_firm)) return;
  const auto guess = std::ranges::max_element(
      drafts, {}, [](const Draft& draft) { return std::pair(draft.severity, draft.grade); });
  if (guess->severity == Severity::info) return;
  guess->rule = "global-deadlock";
  guess->severity = Severity::deadlock;
  guess->grade = Grade::likely;  // that they are stuck is proved, who is to blame is not
  guess->title = "the runtime says that nobody can ever move, and it seems that " + guess->title;
}

// Drafts of all rules; each goroutine is explained once, by the first rule that has something to
// say of it.
// The order within the loop matters: a draft is completed with what earlier findings left over,
// then it claims its goroutines, and only then the next draft is looked at, also of the same rule.
// Accidents are folded last, so that each is completed on its own.
std::vector<Draft> apply_rules(const Scene& scene) {
  const std::vector<ContendedLock> locks = find_contended_locks(scene);
  Evidence evidence(scene, locks);
  Accidents accidents(scene);
  for (const Rule* rule : rules()) {
    for (Draft& draft : rule->find(evidence)) {
      if (!complete(evidence, draft)) continue;
      strengthen(scene, draft);
      evidence.explain(draft);
      accidents.add(std::move(draft));
    }
  }
  std::vector<Draft> drafts = accidents.take();
  fold_joins(scene, drafts);
  believe_runtime(scene, drafts);
  return drafts;
}

bool is_ignored(const Finding& finding, const std::vector<std::string>& ignore) {
  return std::ranges::any_of(ignore, [&](const std::string& word) {
    return word == finding.rule || word == finding.fingerprint ||
           std::ranges::any_of(finding.culprits,
                               [&](const Culprit& c) { return c.place.function == word; });
  });
}

}  // namespace

Result<Diagnosis> diagnose(const Series& series, const DiagnoseOptions& options) {
  const Shapes shapes = TRY(Shapes::parse(embedded::shapes_txt));
  const Scene scene(series, shapes);
  Diagnosis diagnosis;
  diagnosis.origin = scene.snapshot().origin;
  diagnosis.snapshots = summarise(series);
  diagnosis.counts = count(series);
  const std::vector<std::string> group_ids = number_groups(scene);
  diagnosis.counts.stacks = group_ids.size();
  for (const Draft& draft : apply_rules(scene)) {
    Finding finding = finish(scene, draft, group_ids);
    if (!is_ignored(finding, options.ignore)) diagnosis.findings.push_back(std::move(finding));
  }
  rank(diagnosis.findings);
  diagnosis.verdict = make_verdict(scene, diagnosis.findings);
  if (options.groups == GroupDetail::whole) diagnosis.groups = make_group_views(scene);
  for (const Snapshot& snapshot : series.snapshots) {
    diagnosis.gaps.insert(diagnosis.gaps.end(), snapshot.gaps.begin(), snapshot.gaps.end());
    if (!snapshot.origin.complete) diagnosis.origin.complete = false;
  }
  diagnosis.purposes = count_purposes(scene);
  return diagnosis;
}

}  // namespace goknot::analysis
