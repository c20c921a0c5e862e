// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/omissions.h"

#include "goknot/model/function_name.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace goknot::target {

namespace {

constexpr std::size_t kMostQueues = 10000;
constexpr std::size_t kMostRows = 1000;       // of a queue that are told
constexpr std::size_t kMostFunctions = 2000;  // of a package that are looked at

// How the names of those functions begin that are given the same thing: the methods of one type,
// "main.(*Hub).", or for a variable all of a package, "main.".
std::string shared_beginning(std::string_view name, const KeptLock& lock) {
  const std::size_t slash = name.rfind('/');
  const std::size_t dot = name.find('.', slash == name.npos ? 0 : slash);
  if (dot == name.npos) return {};
  if (lock.origin.start == Recipe::Start::number) return std::string(name.substr(0, dot + 1));
  const std::size_t end = name.find(").", dot);
  const bool is_method = end != name.npos && name.substr(dot, 3) == ".(*";
  if (!is_method || lock.origin.number != 0) return {};
  return std::string(name.substr(0, end + 2));
}

// Whether it is part of a lock: inlined, it stands inside the function that uses that.
bool is_of_sync(std::string_view function) {
  const std::string_view package = parse_function_name(function).package;
  return package == "sync" || package == "sync/atomic" || package == "internal/sync" ||
         package == "internal/runtime/atomic" || package == "runtime/internal/atomic";
}

}  // namespace

std::vector<Omissions::Queue> Omissions::queues(const Snapshot& snapshot) {
  absl::flat_hash_set<ObjectId> held;
  for (const Hold& hold : snapshot.holds) held.insert(hold.object);
  std::map<std::pair<std::size_t, StackId>, Queue> queues;
  for (const Wait& wait : snapshot.waits) {
    if (!wait.object || held.contains(wait.object)) continue;
    const WaitObject& object = snapshot.objects[wait.object.index()];
    if (!is_sync_lock(object.kind) || object.identity != Identity::exact) continue;
    const StackId stack = snapshot.goroutines[wait.goroutine].stack;
    const std::pair key(wait.object.index(), stack);
    if (queues.size() == kMostQueues && !queues.contains(key)) continue;
    Queue& queue = queues[key];
    queue.object = wait.object;
    queue.stack = stack;
    if (queue.rows.size() < kMostRows) queue.rows.push_back(wait.goroutine);
  }
  std::vector<Queue> found;
  for (auto& [key, queue] : queues) found.push_back(std::move(queue));
  return found;
}

FrameId Omissions::frame_of(Address pc, const Snapshot& snapshot) {
  const Site& site = code_.at(pc, Lookup::exact);
  const auto outside = std::ranges::find_if(site.calls, [&](const Call& call) {
    return call.role == WaitRole::none && !is_of_sync(snapshot.function(call.frame));
  });
  return outside == site.calls.end() ? FrameId() : outside->frame;
}

// Whether something the function calls may give such a lock up for it.
bool Omissions::may_give_up(const LockFlow& flow, const KeptLock& lock) {
  return std::ranges::any_of(flow.body().code, [&](const Instruction& instruction) {
    if (instruction.deed != Deed::call || instruction.destination == 0) return false;
    const auto callee = code_.function_at(instruction.destination);
    if (!callee || is_lock_machinery(code_.table_of(callee->entry)->name(*callee))) return false;
    if (wrappers_.step_of(callee->entry)) return false;  // that is followed
    return wrappers_.may_release(callee->entry, lock.kind, lock.mode);
  });
}

const std::vector<KeptLock>& Omissions::kept_by(const Function& function) {
  const auto [entry, is_new] = kept_.try_emplace(function.entry);
  if (!is_new) return entry->second;
  if (!wrappers_.uses_locks(function.entry)) return entry->second;
  LockFlow* flow = wrappers_.flow_of(function);
  if (flow == nullptr) return entry->second;
  entry->second = locks_kept(*flow);
  std::erase_if(entry->second, [&](const KeptLock& lock) { return may_give_up(*flow, lock); });
  return entry->second;
}

const std::vector<Function>& Omissions::functions_beside(const Site& site, const KeptLock& wanted) {
  const std::string beginning = shared_beginning(site.table->name(site.function), wanted);
  const auto [entry, is_new] = beside_.try_emplace(beginning);
  if (is_new && !beginning.empty()) {
    entry->second = site.table->with_prefix(beginning);
    if (entry->second.size() > kMostFunctions) entry->second.clear();
  }
  return entry->second;
}

void Omissions::look_beside(const Queue& queue, const Site& site, const KeptLock& wanted,
                            Snapshot& snapshot) {
  for (const Function& function : functions_beside(site, wanted)) {
    for (const KeptLock& lock : kept_by(function)) {
      if (lock.kind != wanted.kind || lock.origin != wanted.origin) continue;
      Omission omission;
      omission.object = queue.object;
      omission.frame = frame_of(lock.taken, snapshot);
      const auto same = [&](const Omission& other) {
        return other.object == omission.object && other.frame == omission.frame;
      };
      if (!omission.frame || std::ranges::any_of(snapshot.omissions, same)) continue;
      snapshot.omissions.push_back(omission);
    }
  }
}

const Omissions::Asked& Omissions::asked_at(const Site& site) {
  const auto [entry, is_new] = asked_.try_emplace(&site);
  LockFlow* flow = is_new ? wrappers_.flow_of(site.function) : nullptr;
  if (flow == nullptr) return entry->second;
  Asked& asked = entry->second;
  asked.wanted = lock_wanted_at(*flow, site.pc);
  asked.before = taken_before(*flow, site.pc);
  if (asked.before && may_give_up(*flow, asked.before->lock)) asked.before->always = false;
  return asked;
}

void Omissions::look_at(const Queue& queue, const Site& site, Snapshot& snapshot) {
  const Asked& asked = asked_at(site);
  if (const auto& before = asked.before) {
    const FrameId frame = frame_of(before->lock.taken, snapshot);
    for (const std::uint32_t row : queue.rows) {
      if (frame) snapshot.omissions.push_back({queue.object, frame, row, before->always});
    }
  }
  if (asked.wanted) look_beside(queue, site, *asked.wanted, snapshot);
}

void Omissions::find(Snapshot& snapshot, const SitesOf& sites) {
  for (const Queue& queue : queues(snapshot)) {
    const Site* site = asking_place(sites(queue.stack));
    if (site != nullptr) look_at(queue, *site, snapshot);
  }
}

}  // namespace goknot::target
