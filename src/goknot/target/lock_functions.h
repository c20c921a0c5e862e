// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace goknot::target {

// What a function of package sync does to its receiver.
struct LockFunction {
  enum class Action : std::uint8_t { acquires, releases, tries };

  Action action = Action::acquires;
  ObjectKind kind = ObjectKind::mutex;  // mutex or rwmutex
  Operation mode = Operation::lock;     // lock or rlock
  bool slow = false;                    // the part of it that is called where the rest was inlined

  friend bool operator==(const LockFunction&, const LockFunction&) = default;
};

// The lock function of that name (go1.13 to go1.27 sync/mutex.go, sync/rwmutex.go and
// internal/sync/mutex.go), none for any other function.
std::optional<LockFunction> lock_function(std::string_view name);

// The names of those that give a lock back, and of the slow parts of them where the rest was
// inlined.
std::span<const std::string_view> release_functions();

}  // namespace goknot::target
