// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/holds.h"

#include "goknot/target/defers.h"
#include "goknot/target/lock_words.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <utility>

namespace goknot::target {

namespace {

constexpr Address kWord = 8;
constexpr std::size_t kLocker = 16;              // bytes of Cond.L, with which a Cond begins
constexpr std::size_t kMostConditionWords = 64;  // Wait and what it calls have small frames
// Until then the exit of a function with open-coded defers called the methods themselves.
constexpr GoVersion kExitCallsWrappers{17, 0};

using Action = LockFunction::Action;

// The words in which a goroutine inside sync.Cond.Wait may keep its condition: those of Wait's
// frame, of what it called, and its argument. Empty if it is not in Wait.
std::vector<Address> condition_words(const Specimen& specimen, std::size_t activation) {
  std::vector<Address> words;
  if (!specimen.activations[activation].site->is_cond_wait) return words;
  const Address end = specimen.activations[activation].arguments + 2 * kWord;
  Address at = specimen.activations.front().sp;
  if (end - at > kMostConditionWords * kWord) at = end - kMostConditionWords * kWord;
  for (at &= ~(kWord - 1); at < end; at += kWord) {
    const auto word = specimen.stack.word(at);
    if (word && *word > 4096 && *word % kWord == 0) words.push_back(*word);
  }
  return words;
}

std::span<const std::byte> bytes_at(const Specimen& specimen, const Surroundings& surroundings,
                                    Address address, std::size_t size) {
  const auto on_stack = specimen.stack.from(address);
  return on_stack.size() >= size ? on_stack.first(size) : surroundings.at(address, size);
}

// Whether a goroutine that is in Wait at this activation waits with that lock given up.
bool waits_with(const Specimen& specimen, const Surroundings& surroundings, std::size_t activation,
                Address lock) {
  return std::ranges::any_of(condition_words(specimen, activation), [&](Address condition) {
    const auto locker = bytes_at(specimen, surroundings, condition, kLocker);
    return !locker.empty() && load<Address>(locker, kWord) == lock;
  });
}

constexpr std::uint32_t kNoRow = 0xffffffff;

// The rows of the goroutines with these ids.
absl::flat_hash_map<std::int64_t, std::uint32_t> rows_of(
    const Snapshot& snapshot, absl::flat_hash_map<std::int64_t, std::uint32_t> wanted) {
  for (std::uint32_t row = 0; row < snapshot.goroutines.size(); ++row) {
    const auto found = wanted.find(snapshot.goroutines[row].id);
    if (found != wanted.end()) found->second = row;
  }
  return wanted;
}

// The wait of each goroutine for a lock, by row.
absl::flat_hash_map<std::uint32_t, const Wait*> waits_for_locks(const Snapshot& snapshot) {
  absl::flat_hash_map<std::uint32_t, const Wait*> waits;
  for (const Wait& wait : snapshot.waits) {
    const bool lock = wait.operation == Operation::lock || wait.operation == Operation::rlock;
    if (lock && wait.object) waits.try_emplace(wait.goroutine, &wait);
  }
  return waits;
}

// Who holds one lock.
struct Holders {
  std::vector<Hold*> writers, readers;
};

void doubt(std::span<Hold* const> holds) {
  for (Hold* hold : holds) hold->strength = HoldStrength::likely;
}

bool are_several(std::span<Hold* const> holds) {
  return std::ranges::any_of(
      holds, [&](const Hold* hold) { return hold->goroutine != holds.front()->goroutine; });
}

// Compares the holders of each lock with what the lock itself counts.
void count_holders(Snapshot& snapshot) {
  absl::flat_hash_map<ObjectId, Holders> locks;
  for (Hold& hold : snapshot.holds) {
    Holders& holders = locks[hold.object];
    (hold.mode == Operation::rlock ? holders.readers : holders.writers).push_back(&hold);
  }
  for (auto& [object, holders] : locks) {
    if (are_several(holders.writers)) doubt(holders.writers);
    const std::uint32_t state = snapshot.objects[object.index()].state;
    const auto readers =
        state == WaitObject::kNoState ? std::nullopt : snapshot.object_states[state].readers;
    if (!readers) continue;
    const auto shown = static_cast<std::int64_t>(holders.readers.size());
    if (shown > *readers) doubt(holders.readers);
    for (Hold* hold : holders.readers) {
      const bool counts = shown == *readers && hold->strength == HoldStrength::likely;
      if (counts) hold->evidence = HoldEvidence::count_match;
    }
  }
}

}  // namespace

void want_conditions(const Specimen& specimen, Surroundings& surroundings) {
  for (std::size_t i = 0; i < specimen.activations.size(); ++i) {
    for (const Address word : condition_words(specimen, i)) surroundings.want(word, kLocker);
  }
}

// Whether the code of a function uses a release that could be one of this lock.
bool Holds::releases(const Function& function, const LockSide& side, bool inlined_only) {
  return std::ranges::any_of(unlocks_.calls().of(function.entry), [&](const LockCall& call) {
    return call.function.action == Action::releases && call.function.kind == side.kind &&
           call.function.mode == side.mode && (call.inlined || !inlined_only);
  });
}

// Whether a function between the one that will release the lock and where the goroutine stands may
// have released it for a while.
Holds::Meanwhile Holds::meanwhile(const Specimen& specimen, const Surroundings& surroundings,
                                  std::uint32_t activation, const LockSide& side) {
  auto found = Meanwhile::held;
  for (std::uint32_t i = 0; i <= activation; ++i) {
    const Site& site = *specimen.activations[i].site;
    if (site.is_cond_wait && waits_with(specimen, surroundings, i, side.lock)) {
      return Meanwhile::given_up;
    }
    if (lock_function(site.table->name(site.function))) continue;
    const bool own_exit = i == activation && code_.layout().version < kExitCallsWrappers;
    if (releases(site.function, side, own_exit)) found = Meanwhile::unclear;
  }
  return found;
}

void Holds::note(const Specimen& specimen, const Surroundings& surroundings,
                 std::span<const std::uint32_t> depths) {
  for (const PendingCall& call : pending_calls(code_, specimen, surroundings)) {
    const auto side = unlocks_.released_by(call);
    if (!side) continue;
    const Meanwhile since = meanwhile(specimen, surroundings, call.activation, *side);
    if (since == Meanwhile::given_up) continue;
    candidates_.push_back({.goroutine = specimen.record.address,
                           .key = specimen.record.key,
                           .side = *side,
                           .depth = depths[call.activation],
                           .certain = since == Meanwhile::held});
  }
}

// Drops the candidates for locks that nobody holds, and notes the state of the others.
void Holds::drop_unheld(std::vector<Candidate>& found, ObjectTable& objects) const {
  absl::flat_hash_map<std::pair<Address, ObjectKind>, LockWords> words;
  std::vector<Piece> pieces;
  std::vector<std::pair<Address, ObjectKind>> locks;
  absl::flat_hash_set<std::pair<Address, ObjectKind>> seen;
  for (const Candidate& candidate : found) {
    const std::pair lock(candidate.side.lock, candidate.side.kind);
    if (seen.insert(lock).second) locks.push_back(lock);
  }
  std::vector<std::byte> bytes(locks.size() * lock_size(ObjectKind::rwmutex));
  std::size_t at = 0;
  for (const auto& [lock, kind] : locks) {
    pieces.push_back({lock, std::span(bytes).subspan(at, lock_size(kind))});
    at += lock_size(kind);
  }
  code_.memory().read_all(pieces);
  for (std::size_t i = 0; i < locks.size(); ++i) {
    if (pieces[i].read) words[locks[i]] = read_lock_words(locks[i].second, pieces[i].into);
  }
  std::erase_if(found, [&](const Candidate& candidate) {
    const auto known = words.find({candidate.side.lock, candidate.side.kind});
    return known == words.end() ||
           !is_held(known->second, candidate.side.kind, candidate.side.mode);
  });
  for (const Candidate& candidate : found) {
    const auto& known = words[{candidate.side.lock, candidate.side.kind}];
    const ObjectId object = objects.add(candidate.side.lock, candidate.side.kind);
    describe(known, candidate.side.kind, objects.state(object));
  }
}

// Drops the candidates that have moved since they were copied. Who has not was where it stands
// when the locks were read.
void Holds::drop_moved(std::vector<Candidate>& found) const {
  const std::size_t size = record_size(code_.layout());
  std::vector<std::byte> bytes(found.size() * size);
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < found.size(); ++i) {
    pieces.push_back({found[i].goroutine, std::span(bytes).subspan(i * size, size)});
  }
  code_.memory().read_all(pieces);
  std::size_t i = 0;
  std::erase_if(found, [&](const Candidate& candidate) {
    const Piece& piece = pieces[i++];
    if (!piece.read) return true;
    // One that was held still runs on: it had the lock when it was looked at.
    if (status_of(candidate.key.status).state == State::running) return false;
    return !(read_record(code_.layout(), candidate.goroutine, piece.into).key == candidate.key);
  });
}

// A goroutine that waits for the very lock it is going to release: it has deferred the release
// before it locks, or it locks a second time.
bool Holds::survives(std::span<const Candidate> found, const Candidate& candidate, const Wait& wait,
                     Hold& hold) {
  if (wait.operation != candidate.side.mode) return true;
  hold.strength = HoldStrength::likely;
  if (candidate.depth > wait.frame) return true;
  const auto same = std::ranges::count_if(found, [&](const Candidate& other) {
    return other.key.id == candidate.key.id && other.side == candidate.side &&
           other.depth <= wait.frame;
  });
  return same > 1;
}

void Holds::write(Snapshot& snapshot, ObjectTable& objects) const {
  std::vector<Candidate> found = candidates_;
  drop_unheld(found, objects);
  drop_moved(found);
  absl::flat_hash_map<std::int64_t, std::uint32_t> rows;
  for (const Candidate& candidate : found) rows.try_emplace(candidate.key.id, kNoRow);
  rows = rows_of(snapshot, std::move(rows));
  const auto waits = waits_for_locks(snapshot);
  for (const Candidate& candidate : found) {
    const std::uint32_t row = rows[candidate.key.id];
    if (row == kNoRow) continue;
    Hold hold{.goroutine = row,
              .object = objects.add(candidate.side.lock, candidate.side.kind),
              .mode = candidate.side.mode,
              .evidence = HoldEvidence::pending_unlock,
              .frame = candidate.depth,
              .strength = candidate.certain ? HoldStrength::exact : HoldStrength::likely};
    const auto wait = waits.find(row);
    const bool waits_for_it =
        wait != waits.end() &&
        snapshot.objects[wait->second->object.index()].address == candidate.side.lock;
    if (waits_for_it && !survives(found, candidate, *wait->second, hold)) continue;
    snapshot.holds.push_back(hold);
  }
  std::ranges::stable_sort(snapshot.holds, {}, &Hold::goroutine);
  count_holders(snapshot);
}

}  // namespace goknot::target
