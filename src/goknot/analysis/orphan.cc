// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/orphan.h"

#include "goknot/analysis/words.h"

#include <fmt/format.h>

namespace goknot::analysis {

namespace {

struct Advice {
  Operation operation;
  std::string_view text;
};

constexpr Advice kAdvice[] = {
    {Operation::send,
     "Make sure somebody receives on every path, also after an error; or give the channel room for "
     "all senders, or select "
     "with ctx.Done()."},
    {Operation::receive,
     "Make sure somebody sends or closes the channel on every path: defer close(ch) in the "
     "producer."},
    {Operation::select,
     "Make sure that one of the cases can still happen: cancel the context, close the channel."},
    {Operation::wait,
     "Make sure that every path ends with Done, Signal or Broadcast: defer it first thing."},
};

std::string_view advice_for(Operation operation) {
  for (const Advice& advice : kAdvice) {
    if (advice.operation == operation) return advice.text;
  }
  return "Look at what these goroutines wait for, and who should have ended it.";
}

// The row of a library that has something to say about this wait; rows of the language, of main and
// of tests do not.
const LibraryShape* told_by_library(const Traits& traits) {
  if (traits.shape == nullptr || traits.shape->basic || traits.main || traits.test) return nullptr;
  return traits.shape;
}

Draft make_draft(const Evidence& evidence, std::size_t index, const Suspicion& suspicion,
                 std::string_view rule) {
  const Scene& scene = evidence.scene();
  const Group& group = scene.groups()[index];
  const Traits& traits = scene.traits(index);
  Draft draft = start_draft(evidence, index, rule);
  draft.grade = suspicion.grade();
  draft.severity = severity_of(scene, index);
  draft.shape = goknot::Shape::orphan;
  const bool one = group.count == 1;
  const std::string who =
      one ? goroutine_name(scene, draft.roots.front()) : goroutines(group.count);
  draft.title = fmt::format("{} {} at {}{}, and nobody is seen to answer", who,
                            one ? doing(traits, group) : doing_many(traits, group),
                            at_place(scene.shown_place(index)), for_minutes(group.most_minutes));
  draft.explanation = suspicion.text() + ".";
  const LibraryShape* shape = told_by_library(traits);
  if (shape != nullptr && !shape->note.empty()) draft.explanation += " " + std::string(shape->note);
  draft.advice = shape != nullptr && !shape->advice.empty()
                     ? std::string(shape->advice)
                     : std::string(advice_for(traits.operation));
  if (!suspicion.proved) {
    draft.unknown.push_back(
        "which channel it is and who could still use it is not shown by this dump; only the memory "
        "of "
        "the process shows it");
  }
  return draft;
}

// Goroutines of the testing package that wait for a stuck test are held up by the first finding.
void add_framework(const Evidence& evidence, Draft& draft) {
  if (!evidence.scene().context().declared) return;
  for (std::size_t i = 0; i < evidence.scene().groups().size(); i++) {
    if (evidence.scene().traits(i).standing != Standing::framework) continue;
    for (const std::uint32_t row : evidence.unexplained(i)) draft.victims.push_back(row);
  }
}

}  // namespace

std::vector<Draft> find_orphans(const Evidence& evidence, std::string_view rule,
                                bool (*fits)(const Traits&)) {
  std::vector<Draft> drafts;
  for (std::size_t i = 0; i < evidence.scene().groups().size(); i++) {
    if (!fits(evidence.scene().traits(i)) || evidence.explained_group(i)) continue;
    const Suspicion suspicion = suspect(evidence.scene(), i);
    if (suspicion.counts()) drafts.push_back(make_draft(evidence, i, suspicion, rule));
  }
  if (!drafts.empty()) add_framework(evidence, drafts.front());
  return drafts;
}

}  // namespace goknot::analysis
