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
    {Operation::lock,
     "Make sure that whoever locks also unlocks on every path: defer the Unlock right behind the "
     "Lock, and do not lock again below it."},
    {Operation::rlock,
     "Make sure that the writer unlocks on every path: defer the Unlock right behind the Lock."},
    {Operation::wait,
     "Make sure that every path ends with Done, Signal or Broadcast: defer it first thing."},
};

std::string_view advice_for(Operation operation) {
  for (const Advice& advice : kAdvice) {
    if (advice.operation == operation) return advice.text;
  }
  return "Look at what these goroutines wait for, and who should have ended it.";
}

bool is_unreached(const Scene& scene, std::uint32_t row) {
  const Reach reach = scene.goroutine(row).reach;
  return reach == Reach::unreached || reach == Reach::never;
}

// Main often waits for ever on purpose while others work: <-make(chan bool), wg.Wait().
bool is_meant_to_block(const Scene& scene, std::size_t group) {
  const Operation operation = scene.traits(group).operation;
  const bool idiom = operation == Operation::receive || operation == Operation::wait ||
                     operation == Operation::select;
  return idiom && scene.context().movers > 0;
}

// The row of a library that has something to say about this wait; rows of the language, of main and
// of tests do not.
const LibraryShape* told_by_library(const Traits& traits) {
  if (traits.shape == nullptr || traits.shape->basic || traits.main || traits.test) return nullptr;
  return traits.shape;
}

// Leaves those alone whom somebody alive may still wake.
void keep_unreached(const Scene& scene, Draft& draft) {
  std::erase_if(draft.roots, [&](std::uint32_t row) { return !is_unreached(scene, row); });
  std::erase_if(draft.edges, [&](const DraftEdge& edge) { return !is_unreached(scene, edge.row); });
}

Draft make_draft(const Evidence& evidence, std::size_t index, const Suspicion& suspicion,
                 std::string_view rule) {
  const Scene& scene = evidence.scene();
  const Traits& traits = scene.traits(index);
  Draft draft = start_draft(evidence, index, rule);
  if (suspicion.only_unreached) keep_unreached(scene, draft);
  Group group = scene.groups()[index];
  group.count = suspicion.only_unreached ? draft.roots.size() : group.count;
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
  if (!suspicion.proved && !suspicion.only_unreached) {
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

// What the heap says of the members of a group that nothing explains yet.
Suspicion suspect_unreached(const Evidence& evidence, std::size_t group) {
  Suspicion suspicion;
  const Scene& scene = evidence.scene();
  if (scene.traits(group).main && is_meant_to_block(scene, group)) return suspicion;
  bool all_proved = true;
  std::size_t count = 0;
  for (const std::uint32_t row : evidence.unexplained(group)) {
    if (!is_unreached(scene, row)) continue;
    ++count;
    all_proved = all_proved && scene.goroutine(row).reach == Reach::never;
  }
  if (count == 0) return suspicion;
  suspicion.only_unreached = true;
  suspicion.proved = all_proved;
  suspicion.points = Suspicion::kLikely;
  suspicion.reasons.emplace_back("nothing that can still run refers to what " +
                                 std::string(count == 1 ? "it waits" : "they wait") + " for");
  return suspicion;
}

}  // namespace

std::vector<Draft> find_orphans(const Evidence& evidence, std::string_view rule,
                                bool (*fits)(const Traits&)) {
  std::vector<Draft> drafts;
  for (std::size_t i = 0; i < evidence.scene().groups().size(); i++) {
    if (!fits(evidence.scene().traits(i)) || evidence.explained_group(i)) continue;
    const Suspicion unreached = suspect_unreached(evidence, i);
    const Suspicion suspicion = unreached.counts() ? unreached : suspect(evidence.scene(), i);
    if (suspicion.counts()) drafts.push_back(make_draft(evidence, i, suspicion, rule));
  }
  if (!drafts.empty()) add_framework(evidence, drafts.front());
  return drafts;
}

std::vector<Draft> find_unreached(const Evidence& evidence, std::string_view rule) {
  std::vector<Draft> drafts;
  for (std::size_t i = 0; i < evidence.scene().groups().size(); i++) {
    const Standing standing = evidence.scene().traits(i).standing;
    if (standing == Standing::forever || evidence.explained_group(i)) continue;
    const Suspicion suspicion = suspect_unreached(evidence, i);
    if (suspicion.counts()) drafts.push_back(make_draft(evidence, i, suspicion, rule));
  }
  return drafts;
}

}  // namespace goknot::analysis
