// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/tree.h"

#include "goknot/analysis/words.h"
#include "goknot/base/quantity.h"
#include "goknot/model/function_name.h"

#include <algorithm>
#include <utility>

namespace goknot::analysis {

namespace {

constexpr std::size_t kMostLines = 8;  // knots behind the roots; the rest is said in one line

// Rows that are shown in one line, in the order they are met.
struct Bundle {
  std::size_t group = 0;  // of the first
  std::vector<std::uint32_t> rows;
  std::uint64_t count = 0;
  std::int32_t minutes = -1;  // the most that one of them has waited; -1: not told
};

std::vector<Bundle> bundle(const Scene& scene, std::span<const std::uint32_t> rows) {
  std::vector<Bundle> bundles;
  absl::flat_hash_map<std::size_t, std::size_t> index;
  for (const std::uint32_t row : rows) {
    const std::size_t group = scene.group_index(row);
    const auto [entry, added] = index.try_emplace(group, bundles.size());
    if (added)
      bundles.push_back(
          {.group = group, .rows = {}, .minutes = scene.groups()[group].most_minutes});
    bundles[entry->second].rows.push_back(row);
    bundles[entry->second].count += scene.goroutine(row).count;
  }
  return bundles;
}

std::string who(const Scene& scene, const Bundle& bundle) {
  const std::int64_t id = scene.goroutine(bundle.rows.front()).id;
  return bundle.count == 1 && id >= 0 ? std::to_string(id)
                                      : with_thousands(bundle.count) + " \u00d7";
}

// ", again and again, in bbolt.Open": how a file lock is waited for.
std::string retrying(const Scene& scene, std::uint32_t row) {
  const Goroutine& goroutine = scene.goroutine(row);
  std::string text = goroutine.state == State::syscall ? "" : ", again and again";
  const std::uint32_t entry = entry_to_library(scene, row);
  if (entry == scene.wait_of(row)->frame) return text;
  return text + ", in " + short_function(scene.place(goroutine.stack, entry - 1).function);
}

// Where the wait of a bundle is shown: for a file lock, where the user's code asked for it.
Place wait_place(const Scene& scene, const Bundle& bundle) {
  const std::uint32_t row = bundle.rows.front();
  const Wait* wait = scene.wait_of(row);
  if (wait == nullptr || wait->kind != ObjectKind::file_lock) {
    return scene.shown_place(bundle.group);
  }
  return scene.place(scene.goroutine(row).stack, entry_to_library(scene, row));
}

// "to read-lock Hub.mu", "for the lock of node.Hub".
std::string lock_words(const Scene& scene, const Wait& wait) {
  const WaitObject& lock = scene.snapshot().objects[wait.object.index()];
  const bool plain = lock.kind == ObjectKind::mutex || lock.kind == ObjectKind::rwmutex;
  if (!plain || scene.snapshot().strings[lock.name].empty()) {
    return "for " + lock_name(scene, wait.object, wait.operation);
  }
  const std::string_view how = wait.operation == Operation::rlock ? "to read-lock " : "to lock ";
  return std::string(how) + object_name(scene, wait.object);
}

std::string wait_line(const Scene& scene, const Bundle& bundle) {
  const Traits& traits = scene.traits(bundle.group);
  const Wait* wait = scene.wait_of(bundle.rows.front());
  const bool named = wait != nullptr && wait->object && traits.standing == Standing::lock;
  std::string text = doing(scene, bundle.rows);
  if (named) {
    text = (bundle.count == 1 ? "waits " : "wait ") + lock_words(scene, *wait);
    if (wait->kind == ObjectKind::file_lock) text += retrying(scene, bundle.rows.front());
  }
  return text + for_minutes(bundle.minutes);
}

// What a line says of them but for how many they are and how long they have waited.
std::string likeness(const Scene& scene, const Bundle& bundle) {
  const Wait* wait = scene.wait_of(bundle.rows.front());
  const Place place = wait_place(scene, bundle);
  return fmt::format("{} {} {} {}:{}",
                     doing_many(scene.traits(bundle.group), scene.groups()[bundle.group]),
                     wait != nullptr && wait->object ? int(wait->object.index()) : -1,
                     place.function, place.file, place.line);
}

// Goroutines that came to one place on several ways, in one line.
std::vector<Bundle> by_line(const Scene& scene, std::vector<Bundle> bundles) {
  std::vector<Bundle> lines;
  absl::flat_hash_map<std::string, std::size_t> index;
  for (Bundle& bundle : bundles) {
    const auto [entry, added] = index.try_emplace(likeness(scene, bundle), lines.size());
    if (added) {
      lines.push_back(std::move(bundle));
      continue;
    }
    Bundle& line = lines[entry->second];
    line.rows.insert(line.rows.end(), bundle.rows.begin(), bundle.rows.end());
    line.count += bundle.count;
    line.minutes = std::max(line.minutes, bundle.minutes);
  }
  return lines;
}

Knot knot_of(const Scene& scene, const Bundle& bundle) {
  Knot knot;
  knot.who = who(scene, bundle);
  knot.lines.emplace_back(wait_line(scene, bundle), wait_place(scene, bundle));
  return knot;
}

void add_holds(const Scene& scene, const Draft& draft, const Bundle& bundle, Knot& knot) {
  for (const DraftCulprit& culprit : draft.culprits) {
    if (culprit.role != Role::holds ||
        std::ranges::find(bundle.rows, culprit.row) == bundle.rows.end())
      continue;
    std::string text = draft.grade == Grade::proved ? "holds" : "seems to hold";
    for (const DraftEdge& edge : draft.edges) {
      if (edge.row != culprit.row || edge.relation != Relation::holds) continue;
      text = edge.grade == Grade::proved ? "holds" : "seems to hold";
      text += " " + lock_name(scene, edge.object, edge.operation);
      break;
    }
    knot.lines.emplace(knot.lines.begin(), text,
                       scene.place(scene.goroutine(culprit.row).stack, culprit.frame));
    return;
  }
}

void add_creator(const Scene& scene, const Bundle& bundle, Knot& knot) {
  const FrameId creator = scene.groups()[bundle.group].creator;
  if (creator) knot.lines.emplace_back("started by", scene.place(creator));
}

}  // namespace

// The tree is flat on purpose: roots, and behind the last of them everybody who waits, folded by
// where and for what. A person reads who is to blame and how many are behind it; who waits for whom
// exactly is in the edges.
std::vector<Knot> make_tree(const Scene& scene, const Draft& draft) {
  std::vector<Knot> roots;
  for (const Bundle& part : bundle(scene, draft.roots)) {
    Knot knot = knot_of(scene, part);
    add_holds(scene, draft, part, knot);
    if (draft.shape == goknot::Shape::orphan) add_creator(scene, part, knot);
    roots.push_back(std::move(knot));
  }
  std::vector<Knot> behind;
  std::uint64_t folded = 0;
  for (const Bundle& part : by_line(scene, bundle(scene, draft.victims))) {
    if (behind.size() < kMostLines) {
      behind.push_back(knot_of(scene, part));
    } else {
      folded += part.count;
    }
  }
  if (folded > 0)
    behind.push_back(
        {with_thousands(folded) + " \u00d7", {{"wait behind them elsewhere", {}}}, {}});
  if (roots.empty()) return behind;
  roots.back().behind = std::move(behind);
  return roots;
}

}  // namespace goknot::analysis
