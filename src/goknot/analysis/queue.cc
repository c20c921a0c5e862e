// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/queue.h"

#include "goknot/analysis/asked.h"
#include "goknot/analysis/words.h"
#include "goknot/base/quantity.h"
#include "goknot/model/function_name.h"

#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <algorithm>

namespace goknot::analysis {

namespace {

// Whether several goroutines have this hint: then it is a place that many pass, and one of them at
// most holds.
bool shared_hint(const ContendedLock& lock, const Holder& holder) {
  return std::ranges::count_if(lock.holders, [&](const Holder& other) {
           return other.strength == holder.strength && other.waits_for_it == holder.waits_for_it &&
                  other.came_back == holder.came_back;
         }) > 1;
}

}  // namespace

// From text "proved" is out of reach: frames say where somebody stands, never what he has. A hint
// that several share makes one of them the holder, so it is possible of each.
Grade grade_of(const Scene& scene, const ContendedLock& lock, const Holder& holder) {
  if (scene.snapshot().origin.detail == Detail::memory && holder.strength == Strength::exact)
    return Grade::proved;
  if (holder.strength >= Strength::shown) return Grade::likely;
  // Memory would have shown most holders: what frames hint at may as well be somebody else.
  if (scene.snapshot().origin.detail == Detail::memory) return Grade::possible;
  // Without arguments one object cannot be told from another, nor where a type has several.
  if (scene.snapshot().origin.detail == Detail::counts) return Grade::possible;
  const bool lasting = is_lasting(scene, lock);
  if (holder.strength < Strength::type || !holder.of_owner || !lasting) return Grade::possible;
  return shared_hint(lock, holder) ? Grade::possible : Grade::likely;
}

Grade grade_in_cycle(const Scene& scene, const ContendedLock& lock, const Holder& holder) {
  const Grade grade = grade_of(scene, lock, holder);
  const bool from_memory = scene.snapshot().origin.detail == Detail::memory;
  if (from_memory || holder.strength < Strength::receiver) return grade;
  return std::max(grade, Grade::likely);
}

bool is_lasting(const Scene& scene, const ContendedLock& lock) {
  return lock.old || scene.context().declared || scene.context().frozen;
}

void add_victims(Draft& draft, const ContendedLock& lock) {
  for (const std::uint32_t row : lock.waiters) {
    const auto has_row = [row](const std::vector<std::uint32_t>& rows) {
      return std::ranges::find(rows, row) != rows.end();
    };
    if (!has_row(draft.roots)) draft.victims.push_back(row);
  }
}

DraftEdge holds_edge(const Scene& scene, const ContendedLock& lock, const Holder& holder) {
  DraftEdge edge;
  edge.row = holder.row;
  edge.relation = Relation::holds;
  edge.object = lock.object;
  edge.operation = Operation::lock;
  if (lock.writer && *lock.writer != holder.row) edge.operation = Operation::rlock;
  if (holder.hold != nullptr) edge.operation = holder.hold->mode;
  edge.grade = grade_of(scene, lock, holder);
  edge.evidence = why(scene, lock, holder);
  return edge;
}

Draft draft_for(const Scene& scene, const ContendedLock& lock, const Holder& holder) {
  Draft draft;
  draft.roots = {holder.row};
  draft.grade = grade_of(scene, lock, holder);
  draft.edges.push_back(holds_edge(scene, lock, holder));
  if (scene.wait_of(holder.row) != nullptr) draft.edges.push_back(waits_edge(scene, holder.row));
  for (const std::uint32_t row : lock.waiters) {
    if (row != holder.row) draft.edges.push_back(waits_edge(scene, row));
  }
  draft.culprits.push_back({Role::holds, holder.row, holder.frame});
  add_victims(draft, lock);
  if (draft.grade != Grade::proved) draft.unknown.push_back(not_shown(scene, lock));
  if (const auto missing = missing_readers(scene, lock)) draft.unknown.push_back(*missing);
  return draft;
}

const ContendedLock* lock_waited_for(const Evidence& evidence, std::uint32_t row) {
  return evidence.lock_index().waited_for(row);
}

const Holder* follow(const Evidence& evidence, const ContendedLock& lock) {
  return evidence.lock_index().keeper(lock);
}

std::optional<std::uint32_t> queued_writer(const Evidence& evidence, const ContendedLock& lock) {
  if (lock.writer) return lock.writer;
  const Scene& scene = evidence.scene();
  const auto type_of = [&](std::uint32_t row) {
    const auto functions = scene.functions(scene.goroutine(row).stack);
    const std::uint32_t depth = scene.wait_of(row)->frame;
    return depth < functions.size() ? owner_type(functions[depth]) : std::string();
  };
  const auto is_told = [&](ObjectId id) {
    const WaitObject& object = scene.snapshot().objects[id.index()];
    return object.address || object.owner;
  };
  const std::string type = type_of(lock.waiters.front());
  const bool several = std::ranges::any_of(evidence.locks(), [&](const ContendedLock& other) {
    return other.object != lock.object && is_told(other.object) &&
           type_of(other.waiters.front()) == type;
  });
  if (type.empty() || several) return std::nullopt;
  for (std::uint32_t row = 0; row < scene.snapshot().goroutines.size(); row++) {
    if (scene.goroutine(row).reason != WaitReason::rwmutex_lock) continue;
    const Wait* wait = scene.wait_of(row);
    if (wait == nullptr || type_of(row) != type) continue;
    if (!wait->object || !is_told(wait->object)) return row;
  }
  return std::nullopt;
}

// Breadth first: waiters of locks that the roots keep, then of locks that those waiters keep, and
// so on; after that who is behind them in the wait graph, and who asks objects whose methods the
// roots are in.
void add_victims_behind(const Evidence& evidence, Draft& draft) {
  if (draft.behind == Behind::none) return;
  absl::flat_hash_set<std::uint32_t> inside(draft.roots.begin(), draft.roots.end());
  inside.insert(draft.victims.begin(), draft.victims.end());
  std::vector<std::uint32_t> members = draft.roots;
  members.insert(members.end(), draft.victims.begin(), draft.victims.end());
  const auto add = [&](std::uint32_t row) {
    if (evidence.claimed(row) || !inside.insert(row).second) return;
    draft.victims.push_back(row);
    members.push_back(row);
  };
  const bool all = draft.behind == Behind::all;
  for (std::size_t next = 0; all && next < members.size(); next++) {
    for (const ContendedLock* lock : evidence.lock_index().kept_by(members[next])) {
      std::ranges::for_each(lock->waiters, add);
    }
  }
  for (const std::uint32_t row : evidence.behind(members)) add(row);
  if (!all) return;
  const auto is_done = [&](std::size_t group) { return evidence.explained_group(group); };
  for (const std::uint32_t row : evidence.callers().of(draft.roots, is_done)) {
    if (!evidence.explained(row)) add(row);
  }
}

namespace {

// Whether the frame that holds the lock has deferred the release itself, and not a call of
// something that leads to it.
bool defers(const Scene& scene, const Hold& hold, std::string_view release) {
  const Snapshot& snapshot = scene.snapshot();
  const auto calls =
      std::ranges::equal_range(snapshot.deferred, hold.goroutine, {}, &DeferredCall::goroutine);
  return std::ranges::any_of(calls, [&](const DeferredCall& call) {
    const std::string_view function = snapshot.strings[call.function];
    return call.frame == hold.frame && function.starts_with("sync.") &&
           parse_function_name(function).name == release;
  });
}

// How memory shows that a goroutine holds a lock: "its deferred RUnlock in node.(*Hub).Add has not
// run". What is only likely may be a call of something else that comes to it.
std::string shown_by(const Scene& scene, const Hold& hold, const std::string& function) {
  const std::string_view release = hold.mode == Operation::rlock ? "RUnlock" : "Unlock";
  const std::string pending =
      hold.strength == HoldStrength::exact || defers(scene, hold, release)
          ? fmt::format("its deferred {} in {} has not run", release, function)
          : fmt::format("its deferred call in {} that leads to the {} has not run", function,
                        release);
  switch (hold.evidence) {
    case HoldEvidence::pending_unlock:
      return pending;
    case HoldEvidence::count_match:
      return pending + ", and the lock counts no other reader";
    case HoldEvidence::call_site:
      return fmt::format("it has not reached the {} in {}", release, function);
    default:
      return "read from memory";
  }
}

}  // namespace

std::string why(const Scene& scene, const ContendedLock& lock, const Holder& holder) {
  const Place place = scene.place(scene.goroutine(holder.row).stack, holder.frame);
  const std::string at = short_function(place.function);
  if (holder.hold != nullptr && holder.hold->evidence == HoldEvidence::call_site &&
      holder.waits_for_it) {
    return fmt::format("it took it in {} before, and nothing on the way there releases it", at);
  }
  if (holder.hold != nullptr) return shown_by(scene, *holder.hold, at);
  switch (holder.strength) {
    case Strength::shown:
    case Strength::exact:
      return scene.snapshot().origin.detail == Detail::memory ? "read from memory"
                                                              : "only its holder stands in " + at;
    case Strength::passed:
      return fmt::format("it stands in {} behind the line where others wait for the lock", at);
    case Strength::receiver:
      return fmt::format("it is inside {} of the same object", at);
    case Strength::type:
      return fmt::format("it is inside {}, a method of the type that owns {}", at,
                         object_name(scene, lock.object));
    case Strength::mentions:
      return "the lock's address stands in its arguments";
  }
  return {};
}

std::string which_holds(const Scene& scene, const ContendedLock& lock, const Holder& holder) {
  return grade_of(scene, lock, holder) == Grade::proved ? "which holds it"
                                                        : "which seems to hold it";
}

std::string lock_at(const Scene& scene, FrameId frame) {
  const Place place = scene.place(frame);
  return fmt::format("The Lock at {} in {}", short_place(place), place.function);
}

void blame_code(const Scene& scene, FrameId lock, Draft& draft) {
  draft.explanation +=
      fmt::format(" {} is not followed by an Unlock on every way: it may have been left there.",
                  lock_at(scene, lock));
  draft.advice = fmt::format("Release it on every way out: defer the Unlock right behind {}.",
                             short_place(scene.place(lock)));
}

std::uint64_t count_running(const Scene& scene) {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      scene.snapshot().goroutines,
      [](const Goroutine& g) { return g.state == State::running && !g.system; }));
}

std::string not_shown(const Scene& scene, const ContendedLock& lock) {
  const std::string name = object_name(scene, lock.object);
  if (scene.snapshot().origin.detail != Detail::memory) {
    return fmt::format(
        "who holds {} is not shown by this dump; only the memory of the process shows it", name);
  }
  const bool shown = std::ranges::any_of(lock.holders, [](const Holder& h) { return h.hold; });
  if (shown) return fmt::format("that {} is held there follows from the code alone", name);
  const std::uint64_t running = count_running(scene);
  if (running == 0)
    return fmt::format("nothing in the memory of the process shows who holds {}", name);
  return fmt::format("who holds {} is not shown; {} running, and --pause-running shows what {}",
                     name, counted(running, "goroutine was", "goroutines were"),
                     running == 1 ? "it does" : "they do");
}

std::optional<std::string> missing_readers(const Scene& scene, const ContendedLock& lock) {
  const Snapshot& snapshot = scene.snapshot();
  const std::uint32_t state = snapshot.objects[lock.object.index()].state;
  if (state >= snapshot.object_states.size()) return std::nullopt;
  const auto all = snapshot.object_states[state].readers.value_or(0);
  const auto shown = std::ranges::count_if(lock.holders, [](const Holder& holder) {
    return holder.hold != nullptr && holder.hold->mode == Operation::rlock;
  });
  if (shown == 0 || shown >= all) return std::nullopt;
  return fmt::format("{} of the {} readers of {} are known", shown, all,
                     object_name(scene, lock.object));
}

}  // namespace goknot::analysis
