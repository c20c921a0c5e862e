// SPDX-License-Identifier: Apache-2.0
// Example. Of
//
//     func (tx *Tx) Rollback() {
//         if tx.db == nil { return }
//         tx.db.rwlock.Unlock()
//     }
//
// the Unlock is reached if the word at (first argument + offset of db) is not 0. Who asks has the
// memory of the program and can say whether that is so now. If it is not, a goroutine that is going
// to call this will not release the lock, whatever its code reads like.
#pragma once

#include "goknot/target/machine/lock_flow.h"
#include "goknot/target/machine/recipe.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace goknot::target {

// What must be so for a function to come to an instruction rather than to return before: the
// conditions on all branches of which one side may lead there and the other only out. Sides that
// end in a panic do not count. None if one of these branches is not understood, or asks for
// something else than what the function was given leads to.
std::optional<std::vector<Condition>> conditions_for(LockFlow& flow, std::size_t instruction);

}  // namespace goknot::target
