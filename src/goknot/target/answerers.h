// SPDX-License-Identifier: Apache-2.0
// Who would answer a goroutine that waits on a channel while it holds a lock.
//
// In a server everything can be reached: the accept loop refers to the hub, the hub to its pool. So
// the heap does not prove that a knot is one, although nobody of those who receive from the pool's
// channel will ever come to do so: they all wait for the lock. Their code shows it
// (channel_calls.h).
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/mark.h"
#include "goknot/target/memory.h"
#include "goknot/target/program.h"

#include <span>

namespace goknot::target {

// Notes in the snapshot which goroutines are going to do what ends the wait of somebody who holds a
// lock that others queue for, and may still be woken as far as the heap tells; and whom such a
// holder would answer itself. Does nothing where there is no such holder, where there are too many
// goroutines to be looked at, or where one never lies still: it may be the one who answers.
void find_answerers(const Memory& memory, const Program& program, std::span<const Mark> marks,
                    Snapshot& snapshot);

}  // namespace goknot::target
