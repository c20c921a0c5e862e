// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/orphan.h"

#include "goknot/analysis/words.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

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

// Leaves those alone whom somebody may still wake.
void keep_only(std::span<const std::uint32_t> rows, Draft& draft) {
  draft.roots.assign(rows.begin(), rows.end());
  std::erase_if(draft.edges,
                [&](const DraftEdge& edge) { return !std::ranges::binary_search(rows, edge.row); });
}

// "2 goroutines wait to send at main.work (main.go:7) and at main.rest (main.go:9), and nobody …",
// for groups of which the roots of the draft are members.
std::string title_of(const Scene& scene, const Draft& draft, std::span<const std::size_t> groups) {
  std::int32_t minutes = -1;
  for (const std::size_t group : groups) {
    minutes = std::max(minutes, scene.groups()[group].most_minutes);
  }
  std::vector<std::string> places;
  for (const std::size_t group : groups) {
    std::string place = at_place(scene.shown_place(group));
    if (std::ranges::find(places, place) == places.end()) places.push_back(std::move(place));
  }
  std::string where = places.front();
  if (places.size() == 2) where += " and at " + places[1];
  if (places.size() > 2) where += fmt::format(" and {} other places", places.size() - 1);
  return fmt::format("{} {} at {}{}, and nobody is seen to answer", goroutines(scene, draft.roots),
                     doing(scene, draft.roots), where, for_minutes(minutes));
}

// What a goroutine waits on, by its kind.
std::string_view kind_words(ObjectKind kind) {
  if (kind == ObjectKind::cond) return "sync.Cond";
  return kind == ObjectKind::wait_group ? "sync.WaitGroup" : "channel";
}

// `unreached`: the members that nothing alive can wake, if what is said holds for those only.
Draft make_draft(const Evidence& evidence, std::size_t index, const Suspicion& suspicion,
                 std::span<const std::uint32_t> unreached, std::string_view rule) {
  const Scene& scene = evidence.scene();
  const Traits& traits = scene.traits(index);
  Draft draft = start_draft(evidence, index, rule);
  draft.severity = severity_of(scene, index);
  if (suspicion.only_unreached) keep_only(unreached, draft);
  draft.grade = suspicion.grade();
  draft.shape = goknot::Shape::orphan;
  draft.title = title_of(scene, draft, {&index, 1});
  draft.explanation = suspicion.text() + ".";
  const LibraryShape* shape = told_by_library(traits);
  if (shape != nullptr && !shape->note.empty()) draft.explanation += " " + std::string(shape->note);
  draft.advice = shape != nullptr && !shape->advice.empty()
                     ? std::string(shape->advice)
                     : std::string(advice_for(traits.operation));
  if (!suspicion.proved && !suspicion.only_unreached) {
    draft.unknown.push_back(fmt::format(
        "which {} it is and who could still use it is not shown by this dump; only the memory of "
        "the process shows it",
        kind_words(traits.kind)));
  }
  return draft;
}

// Collects the drafts of a rule; whoever waits behind them is held up by the last of them.
class Drafts {
 public:
  Drafts(const Evidence& evidence, std::string_view rule) : evidence_(evidence), rule_(rule) {}

  void add(std::size_t group, const Suspicion& suspicion,
           std::span<const std::uint32_t> unreached) {
    if (!suspicion.counts()) return;
    Draft draft = make_draft(evidence_, group, suspicion, unreached, rule_);
    const std::size_t number = drafts_.size();
    if (suspicion.only_unreached) {
      const LibraryShape* library = told_by_library(evidence_.scene().traits(group));
      const auto known = same_as(draft, library);
      note_objects(draft, known.value_or(number));
      if (known) return join(*known, group, draft);
      if (library != nullptr) by_library_.emplace(library, number);
      add_victims(draft);
    }
    drafts_.push_back(std::move(draft));
    groups_.push_back({group});
  }
  std::vector<Draft> take() { return std::move(drafts_); }

 private:
  // The first draft about what the same happened to: they wait for the same thing, or in the same
  // way in the same library, where each has a channel of its own.
  std::optional<std::size_t> same_as(const Draft& draft, const LibraryShape* library) const {
    std::size_t first = drafts_.size();
    const auto alike = by_library_.find(library);
    if (alike != by_library_.end()) first = alike->second;
    for (const DraftEdge& edge : draft.edges) {
      const auto common = by_object_.find(edge.object);
      if (common != by_object_.end()) first = std::min(first, common->second);
    }
    return first == drafts_.size() ? std::nullopt : std::optional(first);
  }

  void note_objects(const Draft& draft, std::size_t number) {
    for (const DraftEdge& edge : draft.edges) {
      if (edge.object) by_object_[edge.object] = number;
    }
  }

  void join(std::size_t number, std::size_t group, const Draft& draft) {
    Draft& known = drafts_[number];
    groups_[number].push_back(group);
    known.roots.insert(known.roots.end(), draft.roots.begin(), draft.roots.end());
    known.edges.insert(known.edges.end(), draft.edges.begin(), draft.edges.end());
    known.grade = std::min(known.grade, draft.grade);
    known.severity = std::max(known.severity, draft.severity);
    known.title = title_of(evidence_.scene(), known, groups_[number]);
    std::vector<std::uint32_t> victims = std::move(known.victims);
    add_victims(known);
    std::ranges::copy_if(victims, std::back_inserter(known.victims), [&](std::uint32_t row) {
      return std::ranges::find(known.roots, row) == known.roots.end();
    });
  }

  // Whoever is behind an orphan makes it a deadlock, but for a library's idle loops and for loose
  // pairs, which a lost owner has left behind just as it left the orphan.
  void add_victims(Draft& draft) {
    told_.insert(told_.end(), draft.roots.begin(), draft.roots.end());
    draft.victims = evidence_.behind(told_);
    const bool somebody_waits = std::ranges::any_of(draft.victims, [this](std::uint32_t row) {
      const bool idle = evidence_.scene().traits_of(row).standing == Standing::idle;
      return !idle && !evidence_.graph().is_loose(row);
    });
    if (somebody_waits) draft.severity = Severity::deadlock;
    told_.insert(told_.end(), draft.victims.begin(), draft.victims.end());
  }

  const Evidence& evidence_;
  std::string_view rule_;
  std::vector<std::uint32_t> told_;
  std::vector<Draft> drafts_;
  std::vector<std::vector<std::size_t>> groups_;  // by draft
  // Drafts of whom the heap says that nobody can wake them.
  absl::flat_hash_map<ObjectId, std::size_t> by_object_;              // they wait for
  absl::flat_hash_map<const LibraryShape*, std::size_t> by_library_;  // in which they wait
};

// Goroutines of the testing package that wait for a stuck test are held up by the first finding.
void add_framework(const Evidence& evidence, Draft& draft) {
  if (!evidence.scene().context().declared) return;
  for (std::size_t i = 0; i < evidence.scene().groups().size(); i++) {
    if (evidence.scene().traits(i).standing != Standing::framework) continue;
    for (const std::uint32_t row : evidence.unexplained(i)) draft.victims.push_back(row);
  }
}

// The members of a group that nothing explains yet and nothing alive can wake.
std::vector<std::uint32_t> unreached_members(const Evidence& evidence, std::size_t group) {
  const Scene& scene = evidence.scene();
  if (scene.traits(group).main && is_meant_to_block(scene, group)) return {};
  std::vector<std::uint32_t> rows = evidence.unexplained(group);
  std::erase_if(rows, [&](std::uint32_t row) { return !is_unreached(scene.goroutine(row).reach); });
  return rows;
}

// What the heap says of such goroutines.
Suspicion suspect_unreached(const Scene& scene, std::span<const std::uint32_t> rows) {
  Suspicion suspicion;
  if (rows.empty()) return suspicion;
  suspicion.only_unreached = true;
  suspicion.proved = std::ranges::all_of(
      rows, [&](std::uint32_t row) { return scene.goroutine(row).reach == Reach::never; });
  suspicion.points = Suspicion::kLikely;
  suspicion.reasons.emplace_back("nothing that can still run refers to what " +
                                 std::string(rows.size() == 1 ? "it waits" : "they wait") + " for");
  return suspicion;
}

// Whether a goroutine will go on by itself, or with the answer to what it asked. One that reads
// from a connection may wait for as long as there is nothing to read.
bool is_busy(const Traits& traits) {
  const LibraryShape* const library = told_by_library(traits);
  return traits.standing == Standing::moving ||
         (library != nullptr && library->kind == ShapeClass::in_flight);
}

// The busy goroutines outside of a group.
std::vector<std::uint32_t> busy_beside(const Scene& scene, std::size_t index) {
  std::vector<std::uint32_t> rows;
  for (std::size_t i = 0; i < scene.groups().size(); i++) {
    if (i == index || !is_busy(scene.traits(i))) continue;
    const Group& group = scene.groups()[i];
    rows.insert(rows.end(), group.members.begin(), group.members.end());
  }
  return rows;
}

// Whether senders came but now to objects in whose methods others are at work: the slots of a
// semaphore are taken, or a loop has not come back for the next one.
bool waits_its_turn(const Evidence& evidence, std::size_t index) {
  const Scene& scene = evidence.scene();
  if (scene.is_lasting(index) || scene.traits(index).operation != Operation::send) return false;
  const auto others = [index](std::size_t other) { return other != index; };
  return evidence.callers().of(busy_beside(scene, index), others).size() ==
         scene.groups()[index].members.size();
}

// What the dump says of a group that the heap says nothing of.
Suspicion suspect_shown(const Evidence& evidence, std::size_t group) {
  const Suspicion suspicion = suspect(evidence.scene(), group);
  const bool doubtful = suspicion.counts() && suspicion.grade() == Grade::possible;
  return doubtful && waits_its_turn(evidence, group) ? Suspicion{} : suspicion;
}

// All groups. A library's loop that is idle until somebody asks is hardly the cause of what others
// wait for: of those who were left behind together, those who asked are told first.
std::vector<std::size_t> idle_last(const Scene& scene) {
  std::vector<std::size_t> groups(scene.groups().size());
  std::iota(groups.begin(), groups.end(), std::size_t{0});
  std::ranges::stable_partition(groups, [&](std::size_t i) {
    const Traits& traits = scene.traits(i);
    return traits.standing != Standing::idle || told_by_library(traits) == nullptr;
  });
  return groups;
}

}  // namespace

// Two sources of suspicion: the heap, which knows of single goroutines whether anything alive
// refers to what they wait for; and where it was not followed, the weights of suspicion.cc, which
// are about groups.
std::vector<Draft> find_orphans(const Evidence& evidence, std::string_view rule,
                                bool (*fits)(const Traits&)) {
  Drafts drafts(evidence, rule);
  for (const std::size_t i : idle_last(evidence.scene())) {
    if (!fits(evidence.scene().traits(i)) || evidence.explained_group(i)) continue;
    std::vector<std::uint32_t> unreached = unreached_members(evidence, i);
    // Whom somebody else who is stuck could wake is not the cause.
    const std::size_t behind_others = std::erase_if(
        unreached, [&](std::uint32_t row) { return evidence.graph().has_wakers(row); });
    if (unreached.empty() && behind_others > 0) continue;
    drafts.add(i,
               unreached.empty() ? suspect_shown(evidence, i)
                                 : suspect_unreached(evidence.scene(), unreached),
               unreached);
  }
  std::vector<Draft> found = drafts.take();
  if (!found.empty()) add_framework(evidence, found.front());
  return found;
}

std::vector<Draft> find_unreached(const Evidence& evidence, std::string_view rule) {
  Drafts drafts(evidence, rule);
  for (std::size_t i = 0; i < evidence.scene().groups().size(); i++) {
    const Standing standing = evidence.scene().traits(i).standing;
    if (standing == Standing::forever || evidence.explained_group(i)) continue;
    const std::vector<std::uint32_t> unreached = unreached_members(evidence, i);
    drafts.add(i, suspect_unreached(evidence.scene(), unreached), unreached);
  }
  return drafts.take();
}

}  // namespace goknot::analysis
