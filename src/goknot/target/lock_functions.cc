// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/lock_functions.h"

#include <algorithm>

namespace goknot::target {

namespace {

using Action = LockFunction::Action;

struct Row {
  std::string_view method;
  LockFunction function;
};

// The slow ones are called where the rest was inlined; go1.13 began to do so with the fast ways of
// Lock, Unlock and RUnlock. An rlocker is what RWMutex.RLocker returns.
constexpr Row kMethods[] = {
    {"(*Mutex).Lock", {Action::acquires, ObjectKind::mutex, Operation::lock, false}},
    {"(*Mutex).lockSlow", {Action::acquires, ObjectKind::mutex, Operation::lock, true}},
    {"(*Mutex).TryLock", {Action::tries, ObjectKind::mutex, Operation::lock, false}},
    {"(*Mutex).Unlock", {Action::releases, ObjectKind::mutex, Operation::lock, false}},
    {"(*Mutex).unlockSlow", {Action::releases, ObjectKind::mutex, Operation::lock, true}},
    {"(*RWMutex).Lock", {Action::acquires, ObjectKind::rwmutex, Operation::lock, false}},
    {"(*RWMutex).TryLock", {Action::tries, ObjectKind::rwmutex, Operation::lock, false}},
    {"(*RWMutex).Unlock", {Action::releases, ObjectKind::rwmutex, Operation::lock, false}},
    {"(*RWMutex).RLock", {Action::acquires, ObjectKind::rwmutex, Operation::rlock, false}},
    {"(*RWMutex).TryRLock", {Action::tries, ObjectKind::rwmutex, Operation::rlock, false}},
    {"(*RWMutex).RUnlock", {Action::releases, ObjectKind::rwmutex, Operation::rlock, false}},
    {"(*RWMutex).rUnlockSlow", {Action::releases, ObjectKind::rwmutex, Operation::rlock, true}},
    {"(*rlocker).Lock", {Action::acquires, ObjectKind::rwmutex, Operation::rlock, false}},
    {"(*rlocker).Unlock", {Action::releases, ObjectKind::rwmutex, Operation::rlock, false}},
};

constexpr std::string_view kReleases[] = {
    "sync.(*Mutex).Unlock",          "sync.(*Mutex).unlockSlow",
    "internal/sync.(*Mutex).Unlock", "internal/sync.(*Mutex).unlockSlow",
    "sync.(*RWMutex).Unlock",        "sync.(*RWMutex).RUnlock",
    "sync.(*RWMutex).rUnlockSlow",
};

}  // namespace

std::span<const std::string_view> release_functions() { return kReleases; }

std::optional<LockFunction> lock_function(std::string_view name) {
  if (name.starts_with("internal/")) name.remove_prefix(std::string_view("internal/").size());
  if (!name.starts_with("sync.(*")) return std::nullopt;
  name.remove_prefix(std::string_view("sync.").size());
  const auto* row = std::ranges::find(kMethods, name, &Row::method);
  return row == std::end(kMethods) ? std::nullopt : std::optional(row->function);
}

}  // namespace goknot::target
