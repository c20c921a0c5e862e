// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/library_name.h"
#include "goknot/analysis/rule.h"
#include "goknot/analysis/words.h"

#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace goknot::analysis {

namespace {

// Where the dump tells no ages, only this many times as many are too many.
constexpr std::uint64_t kWithoutAges = 20;

// The goroutines of one kind that are old enough.
struct Crowd {
  std::vector<std::uint32_t> rows;
  std::uint64_t count = 0;
  std::int32_t minutes = -1;  // the youngest of them; -1: the dump tells no ages
  std::size_t group = 0;      // one of theirs
};

// Calls `each` for every group of a kind of goroutine that nothing explains yet.
template <typename Each>
void for_each_group(const Evidence& evidence, std::string_view id, Each each) {
  const Scene& scene = evidence.scene();
  for (std::size_t i = 0; i < scene.groups().size(); i++) {
    const LibraryShape* shape = scene.traits(i).shape;
    if (shape != nullptr && shape->id == id && !evidence.explained_group(i)) each(i);
  }
}

Crowd find_crowd(const Evidence& evidence, const Surplus& surplus) {
  const Scene& scene = evidence.scene();
  const bool ages = scene.context().ages;
  Crowd crowd;
  for_each_group(evidence, surplus.shape, [&](std::size_t group) {
    crowd.group = group;
    for (const std::uint32_t row : evidence.unexplained(group)) {
      const Goroutine& goroutine = scene.goroutine(row);
      if (ages && goroutine.wait_minutes < surplus.minutes) continue;
      crowd.rows.push_back(row);
      crowd.count += goroutine.count;
      const std::int32_t known = crowd.minutes;
      crowd.minutes = known < 0 ? goroutine.wait_minutes : std::min(known, goroutine.wait_minutes);
    }
  });
  return crowd;
}

// How many goroutines are in one of these functions.
std::uint64_t count_partners(const Scene& scene, std::span<const std::string_view> functions) {
  if (functions.empty()) return 0;
  absl::flat_hash_set<std::string> names;
  for (const std::string_view function : functions) names.insert(library_function(function));
  std::uint64_t count = 0;
  for (const Group& group : scene.groups()) {
    const auto stack = scene.functions(group.stack);
    const auto is_partner = [&](std::string_view f) { return names.contains(library_function(f)); };
    if (std::ranges::any_of(stack, is_partner)) count += group.count;
  }
  return count;
}

std::vector<std::uint32_t> find_victims(const Evidence& evidence,
                                        std::span<const std::string_view> ids) {
  std::vector<std::uint32_t> victims;
  for (const std::string_view id : ids) {
    for_each_group(evidence, id, [&](std::size_t group) {
      const auto rows = evidence.unexplained(group);
      victims.insert(victims.end(), rows.begin(), rows.end());
    });
  }
  return victims;
}

Draft make_draft(const Evidence& evidence, const Surplus& surplus, Crowd crowd) {
  const Scene& scene = evidence.scene();
  const LibraryShape& shape = *scene.traits(crowd.group).shape;
  Draft draft;
  draft.rule = "context-leak";
  draft.roots = std::move(crowd.rows);
  for (const std::uint32_t row : draft.roots) {
    if (scene.wait_of(row) != nullptr) draft.edges.push_back(waits_edge(scene, row));
  }
  draft.victims = find_victims(evidence, surplus.victims);
  draft.grade = Grade::possible;
  draft.shape = surplus.is_leak ? goknot::Shape::orphan : goknot::Shape::none;
  const Severity leak = draft.victims.empty() ? Severity::leak : Severity::deadlock;
  draft.severity = surplus.is_leak ? leak : Severity::warning;
  draft.title = fmt::format("{} are each {}{}", goroutines(crowd.count), shape.purpose,
                            for_minutes(crowd.minutes));
  draft.explanation = shape.note;
  draft.advice = shape.advice;
  draft.unknown.push_back("whether they still come and go is not shown by one look");
  return draft;
}

// Example: `rows, err := db.QueryContext(ctx, ...)` without rows.Close() leaves database/sql's
// awaitDone behind for each query. The table of shapes knows such goroutines
// (analysis/embed/shapes.txt): from how many on, from which age, and who is seen beside them while
// they are in use. A hundred of them with a hundred partners are a hundred open streams, which is
// healthy.
std::vector<Draft> find(const Evidence& evidence) {
  std::vector<Draft> drafts;
  const Scene& scene = evidence.scene();
  for (const Surplus& surplus : scene.shapes().surpluses()) {
    Crowd crowd = find_crowd(evidence, surplus);
    const std::uint64_t most = surplus.at_least * (scene.context().ages ? 1 : kWithoutAges);
    if (crowd.count < most || crowd.count < most + count_partners(scene, surplus.partners))
      continue;
    drafts.push_back(make_draft(evidence, surplus, std::move(crowd)));
  }
  return drafts;
}

}  // namespace

const Rule context_leak_rule{
    .id = "context-leak",
    .summary = "forgotten by its owner: bodies, rows, transactions; or queued for what those keep",
    .meaning =
        "Many goroutines of a library that end with what they belong to are minutes old, and "
        "nobody "
        "is seen who still uses it; or many have waited for minutes in the queue of a pool.",
    .caveat =
        "Streams and long transactions may be meant to last. The table of shapes says what counts; "
        "it is never more than possible.",
    .find = find};

}  // namespace goknot::analysis
