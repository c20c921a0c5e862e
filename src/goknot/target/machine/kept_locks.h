// SPDX-License-Identifier: Apache-2.0
// The locks that a function takes and, on some way, does not give up again.
//
// The illness behind it is a forgotten Unlock:
//
//     s.mu.Lock()
//     if err := s.check(); err != nil {
//         return err               // returns with s.mu
//     }
//     s.mu.Unlock()
//
// There is nobody on any stack who could be blamed: the goroutine that did it has long gone on. So
// the code of all functions that take such a lock is searched for a way on which it is kept. That a
// function also gives it up on another way is demanded, because one that never does is a Lock
// method of its own, and its callers release what it takes.
#pragma once

#include "goknot/target/machine/lock_flow.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace goknot::target {

// A lock that a function takes.
struct KeptLock {
  ObjectKind kind = ObjectKind::mutex;
  Operation mode = Operation::lock;
  Recipe origin;      // from what the function was given
  Address taken = 0;  // the instruction that takes it
};

// The lock a function waits for in the call at `pc`; none if that call takes no lock, or it cannot
// be said where the lock comes from.
std::optional<KeptLock> lock_wanted_at(LockFlow& flow, Address pc);

// A lock that a function takes again.
struct TakenBefore {
  KeptLock lock;        // as it was taken; where it comes from may not be known
  bool always = false;  // every way to the second time leads past such an instruction
};

// The function has taken the lock that the call at `pc` takes, and on some way from there to that
// call does not give it up. What functions do that it calls is not known. None if there is no such
// way.
std::optional<TakenBefore> taken_before(LockFlow& flow, Address pc);

// The locks that the function gives up on some way and on another returns with. Nothing is said of
// a function with defers.
std::vector<KeptLock> locks_kept(LockFlow& flow);

}  // namespace goknot::target
