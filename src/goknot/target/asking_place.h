// SPDX-License-Identifier: Apache-2.0
// Where in the user's code a goroutine asks for the lock that it waits for.
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/code.h"

#include <functional>
#include <span>
#include <string_view>

namespace goknot::target {

// Where the activations of a stack stand, innermost first.
using SitesOf = std::function<std::span<const Site* const>(StackId)>;

// Whether the code that takes and releases such a lock is understood: it is sync's own.
bool is_sync_lock(ObjectKind kind);

// Whether a function is part of how a lock is waited for, not of who wants it.
bool is_lock_machinery(std::string_view function);

// The innermost place outside of that machinery; null if there is none.
const Site* asking_place(std::span<const Site* const> sites);

}  // namespace goknot::target
