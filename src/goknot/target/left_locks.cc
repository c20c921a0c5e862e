// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/left_locks.h"

#include "goknot/model/function_name.h"
#include "goknot/target/machine/kept_locks.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

namespace goknot::target {

namespace {

constexpr std::size_t kMostLocks = 16;         // of which all the code is asked
constexpr std::size_t kMostStacksOfOne = 200;  // on which one lock is waited for

bool is_users(const Site& site) {
  return site.table != nullptr && !is_standard_function(site.table->name(site.function));
}

// Whether of somebody who may do something it is not seen where he stands.
bool is_unseen(const Snapshot& snapshot, const Goroutine& goroutine) {
  if (goroutine.system) return false;
  return goroutine.state == State::running || goroutine.stack_cut || !goroutine.stack ||
         snapshot.stacks.frames(goroutine.stack).empty();
}

// The side of a lock that somebody has; none if nobody has, or it is not known.
std::optional<LockSide> side_held(const Snapshot& snapshot, const WaitObject& object) {
  const bool told = object.address && object.state != WaitObject::kNoState;
  if (!is_sync_lock(object.kind) || !told) return std::nullopt;
  const ObjectState& state = snapshot.object_states[object.state];
  const bool shared = state.readers.value_or(0) > 0;
  if (!shared && !state.locked.value_or(false)) return std::nullopt;
  return LockSide{.lock = *object.address,
                  .kind = object.kind,
                  .mode = shared ? Operation::rlock : Operation::lock};
}

// The stacks on which each lock is waited for.
std::map<ObjectId, std::vector<StackId>> queues_of(const Snapshot& snapshot) {
  std::map<ObjectId, std::vector<StackId>> queues;
  for (const Wait& wait : snapshot.waits) {
    const bool for_lock = wait.operation == Operation::lock || wait.operation == Operation::rlock;
    if (!wait.object || !for_lock) continue;
    const StackId stack = snapshot.goroutines[wait.goroutine].stack;
    auto& stacks = queues[wait.object];
    const bool known = std::ranges::find(stacks, stack) != stacks.end();
    if (!known && stacks.size() < kMostStacksOfOne) stacks.push_back(stack);
  }
  return queues;
}

// Where anybody stands, each place once.
std::vector<const Site*> all_places(const Snapshot& snapshot, const SitesOf& sites) {
  absl::flat_hash_set<StackId> stacks;
  absl::flat_hash_set<const Site*> places;
  for (const Goroutine& goroutine : snapshot.goroutines) {
    if (!stacks.insert(goroutine.stack).second) continue;
    for (const Site* site : sites(goroutine.stack)) places.insert(site);
  }
  return {places.begin(), places.end()};
}

}  // namespace

void LeftLocks::note_unclear(const PendingCall& call) {
  for (const LockCall& use : unlocks_.calls().of(call.code)) {
    if (use.function.action != LockFunction::Action::releases) continue;
    note_claim({.lock = 0, .kind = use.function.kind, .mode = use.function.mode});
  }
}

bool LeftLocks::is_claimed(const LockSide& side) const {
  return claims_.contains(side) || claims_.contains({.kind = side.kind, .mode = side.mode});
}

// Of which objects the lock is a part, as those have it who wait for it.
// An owner that is not known (the first one, where there are too many stacks) fits every lock.
std::vector<OwningType> LeftLocks::owners_of(std::span<const StackId> stacks,
                                             const SitesOf& sites) {
  std::vector<OwningType> owners;
  if (stacks.size() == kMostStacksOfOne) owners.emplace_back();
  for (const StackId stack : stacks) {
    const Site* const place = asking_place(sites(stack));
    OwningType owner;
    LockFlow* flow = place == nullptr || !is_users(*place)
                         ? nullptr
                         : unlocks_.wrappers().flow_of(place->function);
    const auto wanted = flow == nullptr ? std::nullopt : lock_wanted_at(*flow, place->pc);
    if (wanted) owner = owner_of(place->table->name(place->function), wanted->origin);
    if (std::ranges::find(owners, owner) == owners.end()) owners.push_back(std::move(owner));
  }
  return owners;
}

// Whether whoever took it has returned from where it was taken, by the code of all who are there.
bool LeftLocks::is_left(const UsedLock& lock, std::span<const Site* const> places) {
  const bool busy = std::ranges::any_of(places, [&](const Site* place) {
    return is_users(*place) && sections_.may_keep(*place, lock.side);
  });
  if (busy || uses_.may_be_handed_over(lock)) return false;
  return std::ranges::none_of(
      places, [&](const Site* place) { return uses_.may_be_releasing(*place, lock); });
}

void LeftLocks::find(Snapshot& snapshot, const SitesOf& sites) {
  const bool unseen = std::ranges::any_of(
      snapshot.goroutines, [&](const Goroutine& each) { return is_unseen(snapshot, each); });
  if (unseen || missed_) return;
  std::vector<const Site*> places;
  std::size_t looked_at = 0;
  for (const auto& [object, stacks] : queues_of(snapshot)) {
    const auto side = side_held(snapshot, snapshot.objects[object.index()]);
    if (!side || is_claimed(*side) || ++looked_at > kMostLocks) continue;
    if (places.empty()) places = all_places(snapshot, sites);
    const UsedLock lock{.side = *side, .owners = owners_of(stacks, sites)};
    snapshot.objects[object.index()].left_locked = is_left(lock, places);
  }
}

}  // namespace goknot::target
