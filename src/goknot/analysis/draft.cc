// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/draft.h"

#include "goknot/analysis/tree.h"
#include "goknot/analysis/words.h"
#include "goknot/base/quantity.h"
#include "goknot/model/function_name.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <algorithm>

namespace goknot::analysis {

namespace {

constexpr std::size_t kListedEdges = 200;
constexpr std::uint32_t kOwnFrames =
    3;  // frames of the user's code that a root adds to the culprits

std::vector<std::int64_t> listed_ids(const Scene& scene, std::span<const std::uint32_t> rows) {
  std::vector<std::int64_t> ids;
  for (const std::uint32_t row : rows) {
    if (ids.size() == Finding::kListed) break;
    if (scene.goroutine(row).id >= 0) ids.push_back(scene.goroutine(row).id);
  }
  return ids;
}

// "lock", "channel", "wait group": the kind in a sentence.
std::string what_of(ObjectKind kind) {
  const bool lock =
      kind == ObjectKind::mutex || kind == ObjectKind::rwmutex || kind == ObjectKind::lock;
  std::string word(lock ? "lock" : object_kind_name(kind));
  std::ranges::replace(word, '_', ' ');
  return word;
}

// Numbers the objects of a finding in the order of its edges.
class ObjectViews {
 public:
  ObjectViews(const Scene& scene, Finding& finding) : scene_(scene), finding_(finding) {}

  std::string id_of(ObjectId object) {
    if (!object) return {};
    const auto [entry, added] = numbers_.try_emplace(object, numbers_.size() + 1);
    std::string id = fmt::format("o{}", entry->second);
    if (added) finding_.objects.push_back(view(object, id));
    return id;
  }

 private:
  ObjectView view(ObjectId id, const std::string& name) const {
    const Snapshot& snapshot = scene_.snapshot();
    const WaitObject& object = snapshot.objects[id.index()];
    ObjectView view;
    view.id = name;
    view.kind = object.kind;
    if (object.identity == Identity::exact) view.address = object.address;
    view.name = snapshot.strings[object.name];
    if (view.name.empty() && object.owner_type) {
      view.name = "a " + what_of(object.kind) + " of " +
                  short_function(snapshot.strings[object.owner_type]);
    }
    if (object.state != WaitObject::kNoState) view.state = snapshot.object_states[object.state];
    return view;
  }

  const Scene& scene_;
  Finding& finding_;
  absl::flat_hash_map<ObjectId, std::size_t> numbers_;
};

void add_edges(const Scene& scene, const Draft& draft, Finding& finding) {
  ObjectViews objects(scene, finding);
  for (const DraftEdge& edge : draft.edges) {
    if (finding.edges.size() == kListedEdges || scene.goroutine(edge.row).id < 0) continue;
    finding.edges.push_back({scene.goroutine(edge.row).id, edge.relation,
                             objects.id_of(edge.object), edge.operation,
                             std::min(edge.grade, draft.grade), edge.evidence});
  }
}

// Of the standard library, or what the compiler puts around the function of a go statement.
bool is_no_users(std::string_view function) {
  return is_standard_function(function) || parse_function_name(function).is_wrapper();
}

// The order is what people act on, the most to blame first: who holds (the caller of a frame of the
// standard library, which nobody can mend), who may have left a lock locked, where the roots stand,
// and at last who started them. Each function and line is listed once, in its first role.
class Culprits {
 public:
  Culprits(const Scene& scene, Finding& finding) : scene_(scene), finding_(finding) {}

  void add(Role role, std::uint32_t row, const Place& place) {
    const std::int64_t id = scene_.goroutine(row).id;
    add(role, id < 0 ? std::nullopt : std::optional(id), place);
  }

  // The function itself or, where it belongs to the standard library, who called it.
  void add_caller(const DraftCulprit& culprit) {
    const StackId stack = scene_.goroutine(culprit.row).stack;
    const auto functions = scene_.functions(stack);
    std::uint32_t depth = culprit.frame;
    while (depth < functions.size() && is_no_users(functions[depth])) depth++;
    if (depth < functions.size()) add(culprit.role, culprit.row, scene_.place(stack, depth));
  }

  void add_itself(const DraftCulprit& culprit) {
    const StackId stack = scene_.goroutine(culprit.row).stack;
    add(culprit.role, culprit.row, scene_.place(stack, culprit.frame));
  }

  void add_suspect(FrameId frame) { add(Role::holds, std::nullopt, scene_.place(frame)); }

  // The innermost frames of a root in the user's own code, then where it was created.
  void add_own_frames(std::uint32_t row) {
    const StackId stack = scene_.goroutine(row).stack;
    const auto functions = scene_.functions(stack);
    std::uint32_t added = 0;
    for (std::uint32_t depth = scene_.traits_of(row).user_frame; depth < functions.size();
         depth++) {
      if (added == kOwnFrames) break;
      if (is_standard_function(functions[depth])) continue;
      add(Role::waits, row, scene_.place(stack, depth));
      added++;
    }
    if (added == 0) add(Role::waits, row, scene_.place(stack, scene_.traits_of(row).wait_frame));
  }

  void add_creator(std::uint32_t row) {
    add(Role::created, row, scene_.place(scene_.goroutine(row).creator));
  }

 private:
  void add(Role role, std::optional<std::int64_t> goroutine, const Place& place) {
    const std::string key = place.function + ":" + std::to_string(place.line);
    if (place.function.empty() || !seen_.insert(key).second) return;
    finding_.culprits.push_back({role, place, goroutine});
  }

  const Scene& scene_;
  Finding& finding_;
  absl::flat_hash_set<std::string> seen_;
};

// One row of every group among the roots: the others have the same frames.
std::vector<std::uint32_t> one_of_each_group(const Scene& scene,
                                             std::span<const std::uint32_t> rows) {
  std::vector<std::uint32_t> firsts;
  absl::flat_hash_set<std::size_t> seen;
  for (const std::uint32_t row : rows) {
    if (seen.insert(scene.group_index(row)).second) firsts.push_back(row);
  }
  return firsts;
}

void add_culprits(const Scene& scene, const Draft& draft, Finding& finding) {
  Culprits culprits(scene, finding);
  for (const DraftCulprit& culprit : draft.culprits) culprits.add_caller(culprit);
  for (const FrameId frame : draft.suspects) culprits.add_suspect(frame);
  const auto roots = one_of_each_group(scene, draft.roots);
  for (const std::uint32_t row : roots) culprits.add_own_frames(row);
  for (const DraftCulprit& culprit : draft.culprits) culprits.add_itself(culprit);
  // Main and tests show where the work that hangs was asked for.
  for (const std::uint32_t row : one_of_each_group(scene, draft.victims)) {
    const Traits& traits = scene.traits_of(row);
    if (traits.test || (traits.main && traits.standing != Standing::framework))
      culprits.add_own_frames(row);
  }
  for (const std::uint32_t row : roots) culprits.add_creator(row);
}

// FNV-1a: the same in every run, on every machine.
std::string hash_text(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return fmt::format("{:016x}", hash);
}

// Rule, shape and the functions to blame; neither lines, which move with every edit, nor ids and
// counts.
// The functions are sorted, so the same knot met by another member has the same fingerprint.
std::string fingerprint(const Finding& finding) {
  std::vector<std::string> functions;
  for (const Culprit& culprit : finding.culprits) functions.push_back(culprit.place.function);
  std::ranges::sort(functions);
  std::string text = finding.rule + "/" + std::string(name_of(finding.shape));
  for (const std::string& function : functions) text += "/" + function;
  return hash_text(text);
}

void add_groups(const Scene& scene, const Draft& draft, const std::vector<std::string>& ids,
                Finding& finding) {
  absl::flat_hash_set<std::size_t> seen;
  for (const auto* rows : {&draft.roots, &draft.victims}) {
    for (const std::uint32_t row : *rows) {
      if (seen.insert(scene.group_index(row)).second)
        finding.groups.push_back(ids[scene.group_index(row)]);
    }
  }
}

// What those keep of whom the heap showed that nothing alive refers to them.
// If of one goroutine the heap is not known, the sum is not: a part of it would look like all.
std::optional<Held> held_by(const Scene& scene, const Draft& draft) {
  Held held{.heap = 0};
  for (const auto* rows : {&draft.roots, &draft.victims}) {
    for (const std::uint32_t row : *rows) {
      const GoroutineDetail* const detail = scene.snapshot().detail(row);
      if (detail == nullptr || !is_unreached(scene.goroutine(row).reach)) continue;
      ++held.goroutines;
      held.stacks += detail->stack_reserved;
      held.heap = held.heap && detail->heap_held ? std::optional(*held.heap + *detail->heap_held)
                                                 : std::nullopt;
    }
  }
  return held.goroutines == 0 ? std::nullopt : std::optional(held);
}

std::string title_of(const Draft& draft) {
  if (draft.times == 1) return draft.title;
  return fmt::format("{} times, {}", with_thousands(draft.times), draft.title_of_many);
}

}  // namespace

std::string lock_name(const Scene& scene, ObjectId id, Operation operation) {
  const Snapshot& snapshot = scene.snapshot();
  if (!id) return "something";
  const WaitObject& object = snapshot.objects[id.index()];
  if (object.kind == ObjectKind::file_lock) {
    return fmt::format("the file lock on {}",
                       object.name ? snapshot.strings[object.name] : "something");
  }
  if (object.name && !snapshot.strings[object.name].empty()) {
    return std::string(snapshot.strings[object.name]) +
           (operation == Operation::rlock ? " for reading" : "");
  }
  const std::string_view what = object.kind == ObjectKind::once ? "sync.Once"
                                : operation == Operation::rlock ? "read lock"
                                                                : "lock";
  if (object.owner_type) {
    return fmt::format("the {} of {}", what, short_function(snapshot.strings[object.owner_type]));
  }
  if (object.address && object.identity == Identity::exact) {
    return fmt::format("the {} at {:#x}", what, *object.address);
  }
  return fmt::format("a {}", what);
}

std::string object_name(const Scene& scene, ObjectId id) {
  return lock_name(scene, id, Operation::unknown);
}

std::string any_such_lock(const Scene& scene, ObjectId id) {
  const Snapshot& snapshot = scene.snapshot();
  if (!id) return "a lock";
  const WaitObject& object = snapshot.objects[id.index()];
  if (object.name && !snapshot.strings[object.name].empty()) return object_name(scene, id);
  if (!object.owner_type) return object.kind == ObjectKind::once ? "a sync.Once" : "a lock";
  return fmt::format("the lock of a {}", short_function(snapshot.strings[object.owner_type]));
}

DraftEdge waits_edge(const Scene& scene, std::uint32_t row) {
  const Wait* wait = scene.wait_of(row);
  DraftEdge edge;
  edge.row = row;
  edge.grade = Grade::likely;
  edge.evidence = "its stack";
  if (wait == nullptr) return edge;
  edge.object = wait->object;
  edge.operation = wait->operation;
  if (wait->identity == Identity::exact) {
    edge.grade = Grade::proved;
    edge.evidence = scene.snapshot().origin.detail == Detail::memory ? "read from memory"
                                                                     : "the address in its stack";
  } else if (wait->identity == Identity::owner) {
    edge.evidence = "the receiver in its stack";
  } else if (wait->identity == Identity::inexact) {
    edge.grade = Grade::possible;
    edge.evidence = "an inexact address in its stack";
  }
  return edge;
}

Finding finish(const Scene& scene, const Draft& draft, const std::vector<std::string>& group_ids) {
  Finding finding;
  finding.rule = draft.rule;
  finding.grade = draft.grade;
  finding.severity = draft.severity;
  finding.shape = draft.shape;
  finding.title = title_of(draft);
  finding.explanation = capitalised(draft.explanation);
  finding.advice = draft.advice;
  finding.unknown = draft.unknown;
  finding.roots = listed_ids(scene, draft.roots);
  finding.root_count = scene.count_of(draft.roots);
  finding.victims = listed_ids(scene, draft.victims);
  finding.victim_count = scene.count_of(draft.victims);
  add_edges(scene, draft, finding);
  add_culprits(scene, draft, finding);
  add_groups(scene, draft, group_ids, finding);
  finding.tree = make_tree(scene, draft);
  for (const auto* rows : {&draft.roots, &draft.victims}) {
    for (const std::uint32_t row : *rows) {
      finding.wait_minutes = std::max(finding.wait_minutes, scene.goroutine(row).wait_minutes);
    }
  }
  finding.held = held_by(scene, draft);
  finding.fingerprint = fingerprint(finding);
  return finding;
}

}  // namespace goknot::analysis
