// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/rule.h"
#include "goknot/analysis/words.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

namespace goknot::analysis {

namespace {

constexpr std::string_view kAdvice =
    "A time limit on taking the lock turns such a hang into an error.";

// A contended file lock with everybody who holds it.
// Who is blamed, in this order: a waiter itself, if it has the file open with the lock below on its
// own stack; another goroutine of the program; another process; nobody. In Go terms the first is
//
//     db, _ := bolt.Open("cache.db", 0600, nil)
//     defer db.Close()
//     migrate()                // opens cache.db again, and tries to lock it for ever
//
// because the lock of a file belongs to the open file, not to the process (flock(2)).
class Case {
 public:
  Case(const Scene& scene, const ContendedLock& lock) : scene_(scene), lock_(lock) {
    for (const Hold& hold : scene.snapshot().holds) {
      if (hold.object == lock.object) holds_.push_back(&hold);
    }
    for (const FileHold& hold : scene.snapshot().file_holds) {
      if (hold.object == lock.object) processes_.push_back(&hold);
    }
  }

  std::optional<Draft> draft(const Evidence& evidence) const;

 private:
  const Hold* own_hold(std::uint32_t row) const;
  const Hold* self() const;
  const FileHold* stranger() const;
  std::string path() const;
  std::string file() const;
  std::string name() const { return object_name(scene_, lock_.object); }
  Place place_of(const Hold& hold) const {
    return scene_.place(scene_.goroutine(hold.goroutine).stack, hold.frame);
  }
  Draft start() const;
  void add_root(const Hold& hold, Draft& draft) const;
  void add_unknown(const Hold& hold, Draft& draft) const;
  void add_waiting_places(Draft& draft) const;
  std::string table_says() const;
  std::string holder_shown(const Hold& hold) const;
  Draft of_self(const Hold& hold) const;
  Draft of_goroutine(const Hold& hold) const;
  Draft of_process(const FileHold& holder) const;
  Draft of_nobody() const;

  const Scene& scene_;
  const ContendedLock& lock_;
  std::vector<const Hold*> holds_;
  std::vector<const FileHold*> processes_;
};

const Hold* Case::own_hold(std::uint32_t row) const {
  const auto found =
      std::ranges::find_if(holds_, [row](const Hold* hold) { return hold->goroutine == row; });
  return found == holds_.end() ? nullptr : *found;
}

// What a waiter holds itself; what it is going to close says more than what it has in a variable.
const Hold* Case::self() const {
  const Hold* best = nullptr;
  for (const std::uint32_t row : lock_.waiters) {
    const Hold* hold = own_hold(row);
    if (hold != nullptr && (best == nullptr || hold->strength > best->strength)) best = hold;
  }
  return best;
}

const FileHold* Case::stranger() const {
  const auto found =
      std::ranges::find_if(processes_, [](const FileHold* hold) { return !hold->holder.own; });
  return found == processes_.end() ? nullptr : *found;
}

std::string Case::path() const {
  return processes_.empty() ? std::string()
                            : std::string(scene_.snapshot().strings[processes_.front()->path]);
}

// "cache.db".
std::string Case::file() const {
  const Snapshot& snapshot = scene_.snapshot();
  const StringId name = snapshot.objects[lock_.object.index()].name;
  return name ? std::string(snapshot.strings[name]) : "the file";
}

Draft Case::start() const {
  Draft draft;
  draft.rule = "file-lock";
  draft.severity = Severity::warning;
  draft.grade = Grade::likely;
  draft.shape = goknot::Shape::convoy;
  draft.victims = lock_.waiters;
  for (const std::uint32_t row : lock_.waiters) draft.edges.push_back(waits_edge(scene_, row));
  return draft;
}

void Case::add_root(const Hold& hold, Draft& draft) const {
  draft.roots.push_back(hold.goroutine);
  std::erase(draft.victims, hold.goroutine);
  draft.culprits.push_back({Role::holds, hold.goroutine, hold.frame});
  draft.edges.insert(draft.edges.begin(),
                     {.row = hold.goroutine,
                      .relation = Relation::holds,
                      .object = lock_.object,
                      .operation = Operation::lock,
                      .grade = hold.strength == HoldStrength::exact ? Grade::proved : Grade::likely,
                      .evidence = fmt::format("{}; {}", table_says(), holder_shown(hold))});
  const std::uint32_t asked = entry_to_library(scene_, hold.goroutine);
  draft.culprits.push_back({Role::waits, hold.goroutine, asked});
  draft.culprits.push_back({Role::waits, hold.goroutine, asked + 1});
}

// What would show more.
void Case::add_unknown(const Hold& hold, Draft& draft) const {
  if (hold.evidence == HoldEvidence::kernel_table) return;
  draft.unknown.emplace_back(
      "the kernel's table of locks is not in a core; that nobody else has the lock is taken from "
      "what this program has open");
}

void Case::add_waiting_places(Draft& draft) const {
  for (const std::uint32_t row : lock_.waiters) {
    draft.culprits.push_back({Role::waits, row, entry_to_library(scene_, row)});
  }
}

// "The kernel lists this process as the only holder of the lock on /tmp/cache.db (descriptor 9)".
std::string Case::table_says() const {
  const auto own =
      std::ranges::find_if(processes_, [](const FileHold* hold) { return hold->holder.own; });
  if (own == processes_.end()) return fmt::format("This process has {} open twice", file());
  return fmt::format("The kernel lists this process as {} of the lock on {} (descriptor {})",
                     processes_.size() == 1 ? "the only holder" : "a holder", path(), (*own)->fd);
}

std::string Case::holder_shown(const Hold& hold) const {
  return hold.strength == HoldStrength::exact || hold.evidence == HoldEvidence::pending_unlock
             ? fmt::format("the call that closes it is deferred in {} and has not run",
                           at_place(place_of(hold)))
             : fmt::format("{} has it in its variables", at_place(place_of(hold)));
}

Draft Case::of_self(const Hold& hold) const {
  Draft draft = start();
  add_root(hold, draft);
  const bool limited = scene_.wait_of(hold.goroutine)->limited;
  const bool shown = hold.strength == HoldStrength::exact && !processes_.empty();
  draft.shape = goknot::Shape::self;
  draft.severity = limited ? Severity::warning : Severity::deadlock;
  draft.grade = shown && !limited ? Grade::proved : Grade::likely;
  draft.title =
      fmt::format("{} waits for {}, which it {} itself", goroutine_name(scene_, hold.goroutine),
                  name(), shown ? "holds" : "seems to hold");
  draft.explanation =
      fmt::format("{}; {}, below the wait on the same stack.", table_says(), holder_shown(hold));
  const Place holder = place_of(hold);
  draft.advice = fmt::format(
      "Open {} once: let the call at {} use what is open there already, or close it before that "
      "call. {}",
      file(), short_place(holder), kAdvice);
  add_unknown(hold, draft);
  if (limited) draft.unknown.emplace_back("it may give up by itself after a while");
  return draft;
}

Draft Case::of_goroutine(const Hold& hold) const {
  Draft draft = start();
  add_root(hold, draft);
  const std::uint32_t row = hold.goroutine;
  draft.title = fmt::format("{} for {}; {}, which {} it, {}", waiters(lock_.waiters.size()), name(),
                            goroutine_name(scene_, row),
                            hold.evidence == HoldEvidence::kernel_table ? "holds" : "seems to hold",
                            doing(scene_.traits_of(row), scene_.group_of(row)));
  draft.explanation = fmt::format("{}; {}.", table_says(), holder_shown(hold));
  draft.advice = fmt::format("Close the file before the wait at {}, or open it once for all. {}",
                             short_place(scene_.shown_place(scene_.group_index(row))), kAdvice);
  add_unknown(hold, draft);
  if (scene_.goroutine(row).reach == Reach::never ||
      scene_.traits_of(row).standing == Standing::forever) {
    draft.shape = goknot::Shape::orphan;
    draft.severity = Severity::deadlock;
  }
  return draft;
}

// "backup (pid 812)".
std::string process_words(const Snapshot& snapshot, const Peer& peer) {
  if (peer.pid == 0) return "a process that is not shown";
  const std::string_view name = snapshot.strings[peer.name];
  return name.empty() ? fmt::format("process {}", peer.pid)
                      : fmt::format("{} (pid {})", name, peer.pid);
}

Draft Case::of_process(const FileHold& holder) const {
  Draft draft = start();
  const Snapshot& snapshot = scene_.snapshot();
  const std::string who = process_words(snapshot, holder.holder);
  const std::string_view still = snapshot.strings[holder.holder.standstill];
  std::swap(draft.roots, draft.victims);
  add_waiting_places(draft);
  draft.shape = still.empty() ? goknot::Shape::none : goknot::Shape::orphan;
  draft.severity = still.empty() ? Severity::warning : Severity::deadlock;
  draft.title =
      fmt::format("{} for {}, which another process holds: {}{}", waiters(lock_.waiters.size()),
                  name(), who, still.empty() ? "" : fmt::format(", {}", still));
  draft.explanation = fmt::format("The kernel lists {} as holder of the lock on {}.", who, path());
  draft.advice =
      still.empty() ? fmt::format("Look at what {} does with the file. {}", who, kAdvice)
                    : fmt::format("Let {} go on, or end it: it keeps the lock as long as it is {}.",
                                  who, still);
  return draft;
}

Draft Case::of_nobody() const {
  Draft draft = start();
  draft.grade = Grade::possible;
  add_waiting_places(draft);
  draft.title = fmt::format("{} for {}{}", waiters(lock_.waiters.size()), name(),
                            processes_.empty() ? "; who holds it is not shown"
                                               : ", which this process itself has locked");
  draft.explanation = processes_.empty() ? "Its descriptor of the file does not have the lock."
                                         : fmt::format("{}.", table_says());
  draft.advice = fmt::format("Open the file once for the whole process. {}", kAdvice);
  draft.unknown.emplace_back("no goroutine is seen that is about to close the file");
  return draft;
}

std::optional<Draft> Case::draft(const Evidence& evidence) const {
  if (const Hold* hold = self(); hold != nullptr && !evidence.explained(hold->goroutine)) {
    return of_self(*hold);
  }
  for (const Hold* hold : holds_) {
    if (evidence.explained(hold->goroutine)) continue;
    // Who waits for another lock is a member of a cycle, or a victim itself.
    if (scene_.traits_of(hold->goroutine).standing == Standing::lock) return std::nullopt;
    return of_goroutine(*hold);
  }
  if (const FileHold* holder = stranger()) return of_process(*holder);
  if (!holds_.empty()) return std::nullopt;
  return of_nobody();
}

// Whether a source lists the locks of files: of a dump and of a core nobody can ask the kernel.
bool lists_file_locks(const Origin& origin) {
  return origin.detail == Detail::memory && origin.kind != SourceKind::core;
}

// A known loop of a library that tries to lock a file which is not known.
// Of text only the loop is seen, not the file: that this is a lock is known from the function
// alone.
bool tries_by_its_shape(const Scene& scene, std::size_t group) {
  const LibraryShape* shape = scene.traits(group).shape;
  return !lists_file_locks(scene.snapshot().origin) && shape != nullptr &&
         shape->kind == ShapeClass::stuck && shape->id.ends_with("flock") &&
         scene.traits(group).kind != ObjectKind::file_lock &&
         scene.groups()[group].reason == WaitReason::sleep;
}

Draft of_shape(const Evidence& evidence, std::size_t group) {
  const Scene& scene = evidence.scene();
  const LibraryShape& shape = *scene.traits(group).shape;
  Draft draft = start_draft(evidence, group, "file-lock");
  const bool stays = std::ranges::any_of(
      draft.roots, [&scene](std::uint32_t row) { return scene.unmoved(row) > 0; });
  draft.severity = Severity::warning;
  draft.grade = stays ? Grade::likely : Grade::possible;
  const Place place = scene.shown_place(group);
  draft.title =
      fmt::format("{} for the lock of a file at {}", waiters(draft.roots.size()), at_place(place));
  draft.explanation = shape.note;
  draft.advice = shape.advice;
  draft.unknown.emplace_back(
      "which file that is and who has it is not shown here; goknot PID would show it");
  return draft;
}

std::vector<Draft> find(const Evidence& evidence) {
  std::vector<Draft> drafts;
  const Scene& scene = evidence.scene();
  for (std::size_t i = 0; i < scene.groups().size(); i++) {
    if (tries_by_its_shape(scene, i) && !evidence.explained_group(i)) {
      drafts.push_back(of_shape(evidence, i));
    }
  }
  for (const ContendedLock& lock : evidence.locks()) {
    if (scene.snapshot().objects[lock.object.index()].kind != ObjectKind::file_lock) continue;
    if (auto draft = Case(scene, lock).draft(evidence)) drafts.push_back(*std::move(draft));
  }
  return drafts;
}

}  // namespace

const Rule file_lock_rule{
    .id = "file-lock",
    .summary = "a goroutine waits for the lock of a file (flock, fcntl)",
    .meaning =
        "A goroutine is in a function that locks files, with a descriptor of a file whose lock, by "
        "the kernel's table, another descriptor has: one of its own, of another goroutine or of "
        "another process. A core has no such table: there it is a file that is open twice, which "
        "one "
        "goroutine tries to lock and another, whose deferred call will close it, has locked. "
        "Proved if the deferred call that will close that descriptor stands on "
        "the waiter's own stack.",
    .caveat =
        "A limit to the number of tries is not seen. Locks that a network file system keeps are "
        "not in the table.",
    .find = find};

}  // namespace goknot::analysis
