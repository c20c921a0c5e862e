// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/holds.h"

#include "goknot/target/conditions.h"
#include "goknot/target/defers.h"
#include "goknot/target/lock_words.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <utility>

namespace goknot::target {

namespace {

// Until then the exit of a function with open-coded defers called the methods themselves.
constexpr GoVersion kExitCallsWrappers{17, 0};

using Action = LockFunction::Action;

constexpr std::size_t kBatch = 4096;
constexpr std::size_t kMostLookedAt = 50000;  // goroutines that are copied again for their code

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
using Waits = absl::flat_hash_map<std::uint32_t, const Wait*>;

Waits waits_for_locks(const Snapshot& snapshot) {
  Waits waits;
  for (const Wait& wait : snapshot.waits) {
    const bool lock = wait.operation == Operation::lock || wait.operation == Operation::rlock;
    if (lock && wait.object) waits.try_emplace(wait.goroutine, &wait);
  }
  return waits;
}

// The locks that somebody waits for.
Locks contended_locks(const Snapshot& snapshot, const Waits& waits) {
  Locks locks;
  for (const auto& [row, wait] : waits) {
    const WaitObject& object = snapshot.objects[wait->object.index()];
    if (object.address) locks.emplace(*object.address, object.kind);
  }
  return locks;
}

Wanted locks_wanted(const Snapshot& snapshot, const Waits& waits, std::span<const Mark> marks) {
  Wanted wanted;
  for (const auto& [row, wait] : waits) {
    const auto lock = snapshot.objects[wait->object.index()].address;
    if (lock && row < marks.size()) wanted.emplace(marks[row].goroutine, *lock);
  }
  return wanted;
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
// An RWMutex counts its readers. As many as were found: then they are all, and each is confirmed.
// More found than counted: somebody of them does not have it. Two writers cannot both be right.
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

// Whether the code of a function uses a release that could be one of this lock.
bool Holds::releases(const Function& function, const LockSide& side, bool inlined_only) {
  if (!inlined_only) return unlocks_.wrappers().may_release(function.entry, side.kind, side.mode);
  return std::ranges::any_of(unlocks_.calls().of(function.entry), [&](const LockCall& call) {
    return call.function.action == Action::releases && call.function.kind == side.kind &&
           call.function.mode == side.mode && call.inlined;
  });
}

// Whether a function between the one that will release the lock and where the goroutine stands may
// have released it for a while.
Meanwhile Holds::meanwhile(const Specimen& specimen, const Surroundings& surroundings,
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
                 std::span<const PendingCall> pending, std::span<const std::uint32_t> depths,
                 StackId stack) {
  remember(specimen, depths, stack);
  for (const PendingCall& call : pending) {
    const std::vector<PendingRelease> released = unlocks_.all_released_by(call);
    if (released.empty()) left_.note_unclear(call);
    const bool plain = std::ranges::any_of(released, &PendingRelease::always);
    if (!plain) unclear_.note(specimen, call, depths[call.activation]);
    for (const auto& [side, always] : released) {
      // Who may release a lock has it only if it was seen to take it.
      if (!always && !sections_.has_taken(specimen, call.activation, side)) {
        left_.note_claim(side);
        continue;
      }
      const Meanwhile since = meanwhile(specimen, surroundings, call.activation, side);
      if (since == Meanwhile::given_up) continue;
      candidates_.push_back({.goroutine = specimen.record.address,
                             .key = specimen.record.key,
                             .side = side,
                             .activation = call.activation,
                             .depth = depths[call.activation],
                             .certain = since == Meanwhile::held});
    }
  }
}

void Holds::remember(const Specimen& specimen, std::span<const std::uint32_t> depths,
                     StackId stack) {
  const auto [entry, is_new] = stacks_.try_emplace(stack);
  if (!is_new) return;
  entry->second.depths.assign(depths.begin(), depths.end());
  for (const Activation& activation : specimen.activations) {
    entry->second.sites.push_back(activation.site);
  }
}

std::span<const Site* const> Holds::sites_of(StackId stack) const {
  const auto found = stacks_.find(stack);
  if (found == stacks_.end()) return {};
  return found->second.sites;
}

// Whether the code has to tell if it still has the lock. Where a function's exit calls the release
// itself, that it is called says nothing.
bool Holds::is_doubtful(const Candidate& candidate) const {
  return candidate.evidence == HoldEvidence::pending_unlock &&
         (!candidate.certain || code_.layout().version < kExitCallsWrappers);
}

// The goroutines of which the code has to be looked at: they may be between a Lock and an Unlock,
// or it is not clear whether they have, or still have, what they are going to release. Those on
// rare stacks first: a crowd on one stack are those who wait.
std::vector<Address> Holds::worth_a_look(const Snapshot& snapshot, std::span<const Mark> marks,
                                         const Locks& contended, const Wanted& wanted) {
  absl::flat_hash_set<Address> unclear;
  for (const Candidate& candidate : candidates_) {
    const bool matters = contended.contains({candidate.side.lock, candidate.side.kind});
    const bool again = wanted.contains({candidate.goroutine, candidate.side.lock});
    if (matters && (again || is_doubtful(candidate))) unclear.insert(candidate.goroutine);
  }
  absl::flat_hash_set<Address> waiting;
  for (const auto& [goroutine, lock] : wanted) waiting.insert(goroutine);
  absl::flat_hash_map<StackId, bool> may_hold, may_keep;
  absl::flat_hash_map<StackId, std::uint32_t> members;
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < marks.size(); ++row) {
    const StackId stack = snapshot.goroutines[row].stack;
    const auto [entry, is_new] = may_hold.try_emplace(stack, false);
    if (is_new) {
      const auto& sites = stacks_[stack].sites;
      entry->second =
          std::ranges::any_of(sites, [this](const Site* s) { return sections_.may_hold(*s); });
      may_keep[stack] =
          std::ranges::any_of(sites, [this](const Site* s) { return sections_.has_any(*s); });
    }
    const Address goroutine = marks[row].goroutine;
    const bool keeps = may_keep[stack] && waiting.contains(goroutine);
    if (!entry->second && !keeps && !unclear.contains(goroutine)) continue;
    ++members[stack];
    rows.push_back(row);
  }
  std::ranges::stable_sort(
      rows, {}, [&](std::uint32_t row) { return members[snapshot.goroutines[row].stack]; });
  if (rows.size() > kMostLookedAt) left_.note_missed();
  rows.resize(std::min(rows.size(), kMostLookedAt));
  std::vector<Address> addresses;
  for (const std::uint32_t row : rows) addresses.push_back(marks[row].goroutine);
  std::ranges::sort(addresses);
  return addresses;
}

void Holds::look_at_code(const Snapshot& snapshot, std::span<const Mark> marks,
                         const Locks& contended, const Wanted& wanted) {
  const auto addresses = worth_a_look(snapshot, marks, contended, wanted);
  absl::flat_hash_map<Address, std::uint32_t> rows;
  for (std::uint32_t row = 0; row < marks.size(); ++row) rows.emplace(marks[row].goroutine, row);
  std::ranges::stable_sort(candidates_, {}, &Candidate::goroutine);
  std::vector<Candidate> found;
  Batch batch;
  for (std::size_t at = 0; at < addresses.size(); at += kBatch) {
    batch.read(code_, std::span(addresses).subspan(at, std::min(kBatch, addresses.size() - at)));
    for (const Specimen& specimen : batch.specimens()) {
      const std::uint32_t row = rows[specimen.record.address];
      if (specimen.look != Look::steady || key_of(specimen.record) != marks[row].key) {
        left_.note_missed();
        continue;
      }
      const auto pending =
          std::ranges::equal_range(candidates_, specimen.record.address, {}, &Candidate::goroutine);
      make_sure(specimen, batch.surroundings(), pending);
      const Stand& stand = stacks_[snapshot.goroutines[row].stack];
      std::vector<Candidate> sections = sections_of(specimen, batch.surroundings(), stand.depths);
      add_kept(specimen, batch.surroundings(), stand.depths, contended, wanted, sections);
      for (Candidate& candidate : sections) {
        const bool known =
            std::ranges::find(pending, candidate.side, &Candidate::side) != pending.end();
        const bool matters = contended.contains({candidate.side.lock, candidate.side.kind});
        if (matters && !known) found.push_back(candidate);
      }
    }
  }
  std::erase_if(candidates_, [](const Candidate& candidate) { return candidate.given_up; });
  candidates_.insert(candidates_.end(), found.begin(), found.end());
}

// Whether the goroutine still has what it took at an activation, as the code on its way from there
// has it.
Meanwhile Holds::since(const Specimen& specimen, const Surroundings& surroundings,
                       const Candidate& candidate) {
  const LockSide& side = candidate.side;
  auto found = Meanwhile::held;
  for (std::uint32_t i = 0; i <= candidate.activation; ++i) {
    const Site& site = *specimen.activations[i].site;
    if (site.is_cond_wait && waits_with(specimen, surroundings, i, side.lock)) {
      return Meanwhile::given_up;
    }
    // Where its own code shows that it has the lock, that code has not given it up.
    const bool is_own = i == candidate.activation;
    if (is_own && candidate.evidence == HoldEvidence::call_site) break;
    found = std::max(found, sections_.given_up(specimen, i, side, candidate.activation));
  }
  return found;
}

// The code of the goroutine tells more of the calls it has pending than that they are.
void Holds::make_sure(const Specimen& specimen, const Surroundings& surroundings,
                      std::span<Candidate> pending) {
  for (Candidate& candidate : pending) {
    if (candidate.activation >= specimen.activations.size()) continue;
    candidate.taken = sections_.has_taken(specimen, candidate.activation, candidate.side);
    if (!is_doubtful(candidate)) continue;
    const Meanwhile known = since(specimen, surroundings, candidate);
    candidate.certain = known == Meanwhile::held;
    candidate.given_up = known == Meanwhile::given_up;
  }
}

// The locks that its code shows the goroutine to have.
std::vector<Holds::Candidate> Holds::sections_of(const Specimen& specimen,
                                                 const Surroundings& surroundings,
                                                 std::span<const std::uint32_t> depths) {
  std::vector<Candidate> found;
  for (const SectionHold& hold : sections_.held_by(specimen)) {
    if (hold.unwound || hold.side.lock == 0 || hold.activation >= depths.size()) {
      left_.note_claim(hold.side);
      continue;
    }
    const Candidate candidate{.goroutine = specimen.record.address,
                              .key = specimen.record.key,
                              .side = hold.side,
                              .evidence = HoldEvidence::call_site,
                              .activation = hold.activation,
                              .depth = depths[hold.activation],
                              .certain = false};
    const Meanwhile known = since(specimen, surroundings, candidate);
    if (known == Meanwhile::held) found.push_back(candidate);
    if (known == Meanwhile::unclear) left_.note_claim(hold.side);
  }
  return found;
}

// Whether a deferred call that an activation has made already may have released a lock that it
// took. Of the calls of a function with a list of records nothing is left when they have begun.
bool Holds::may_have_given(const Specimen& specimen, std::uint32_t activation,
                           const LockSide& side) {
  constexpr std::string_view kDefers[] = {"runtime.deferproc", "runtime.deferprocStack"};
  constexpr int kDepth = 2;
  const Site& site = *specimen.activations[activation].site;
  if (site.defers.slots.empty()) {
    return callees_.leads_to(site.function.entry, kDefers, 0) &&
           callees_.leads_to(site.function.entry, release_functions(), kDepth);
  }
  const Address goes_on =
      activation == 0 ? 0 : specimen.activations[activation - 1].site->function.entry;
  return std::ranges::any_of(begun_calls(code_, specimen, activation), [&](const auto& call) {
    const auto released = unlocks_.all_released_by(call);
    if (released.empty()) return call.code != goes_on;
    return std::ranges::any_of(released, [&](const auto& one) { return one.side == side; });
  });
}

// `mu.Lock(); defer mu.Lock()`: who waits for a lock that a function it is still in has taken, and
// nothing is seen that would ever release it.
void Holds::add_kept(const Specimen& specimen, const Surroundings& surroundings,
                     std::span<const std::uint32_t> depths, const Locks& contended,
                     const Wanted& wanted, std::vector<Candidate>& found) {
  for (const auto& [lock, kind] : contended) {
    if (!wanted.contains({specimen.record.address, lock})) continue;
    const LockSide side{.lock = lock, .kind = kind};
    if (std::ranges::find(found, side, &Candidate::side) != found.end()) continue;
    for (std::uint32_t i = 1; i < specimen.activations.size() && i < depths.size(); ++i) {
      if (!sections_.has_taken(specimen, i, side) || may_have_given(specimen, i, side)) continue;
      const Candidate candidate{.goroutine = specimen.record.address,
                                .key = specimen.record.key,
                                .side = side,
                                .evidence = HoldEvidence::call_site,
                                .activation = i,
                                .depth = depths[i],
                                .certain = false};
      if (since(specimen, surroundings, candidate) == Meanwhile::held) found.push_back(candidate);
      break;
    }
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
// `defer mu.Unlock(); mu.Lock()` looks like a self-lock while it waits, and is none; the same with
// two pending Unlocks, or a Lock seen before, is one. Seen is what its code does on every way to
// where it waits: that it waits for the very lock it was seen to take leaves no other reading.
bool Holds::survives(std::span<const Candidate> found, const Candidate& candidate, const Wait& wait,
                     Hold& hold) {
  if (candidate.evidence == HoldEvidence::call_site) {
    hold.strength = HoldStrength::exact;
    return true;
  }
  if (wait.operation != candidate.side.mode) return true;
  if (candidate.taken && candidate.certain) return true;
  hold.strength = HoldStrength::likely;
  if (candidate.depth > wait.frame || candidate.taken) return true;
  const auto same = std::ranges::count_if(found, [&](const Candidate& other) {
    return other.key.id == candidate.key.id && other.side == candidate.side &&
           other.depth <= wait.frame;
  });
  return same > 1;
}

// Where nobody was found, what the deferred calls would do is looked at.
void Holds::add_unseen(Locks contended, const Wanted& wanted, ObjectTable& objects,
                       std::vector<Candidate>& found) {
  for (const Candidate& candidate : found) {
    contended.erase({candidate.side.lock, candidate.side.kind});
  }
  if (contended.empty()) return;
  std::vector<Candidate> more;
  for (const WouldRelease& one : unclear_.releasers_of(contended, wanted, unlocks_)) {
    more.push_back({.goroutine = one.goroutine,
                    .key = one.key,
                    .side = one.side,
                    .activation = one.activation,
                    .depth = one.depth,
                    .certain = false});
  }
  drop_unheld(more, objects);
  drop_moved(more);
  found.insert(found.end(), more.begin(), more.end());
}

// Everybody who holds a lock as far as can be told, and has not moved since.
std::vector<Holds::Candidate> Holds::gather(const Snapshot& snapshot, std::span<const Mark> marks,
                                            const Locks& contended, const Wanted& wanted,
                                            ObjectTable& objects) {
  if (!contended.empty()) look_at_code(snapshot, marks, contended, wanted);
  std::vector<Candidate> found = std::move(candidates_);
  for (const Candidate& candidate : found) left_.note_claim(candidate.side);
  // Of what nobody waits for only that is told which is clear.
  std::erase_if(found, [&](const Candidate& candidate) {
    return !candidate.certain && !contended.contains({candidate.side.lock, candidate.side.kind});
  });
  drop_unheld(found, objects);
  drop_moved(found);
  add_unseen(contended, wanted, objects, found);
  return found;
}

void Holds::write(Snapshot& snapshot, std::span<const Mark> marks, ObjectTable& objects) {
  const Waits waits = waits_for_locks(snapshot);
  const std::vector<Candidate> found = gather(snapshot, marks, contended_locks(snapshot, waits),
                                              locks_wanted(snapshot, waits, marks), objects);
  absl::flat_hash_map<std::int64_t, std::uint32_t> rows;
  for (const Candidate& candidate : found) rows.try_emplace(candidate.key.id, kNoRow);
  rows = rows_of(snapshot, std::move(rows));
  for (const Candidate& candidate : found) {
    const std::uint32_t row = rows[candidate.key.id];
    if (row == kNoRow) continue;
    Hold hold{.goroutine = row,
              .object = objects.add(candidate.side.lock, candidate.side.kind),
              .mode = candidate.side.mode,
              .evidence = candidate.evidence,
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
  if (!waits.empty()) {
    left_.find(snapshot, [this](StackId stack) { return sites_of(stack); });
  }
}

}  // namespace goknot::target
