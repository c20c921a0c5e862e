// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/batch.h"
#include "goknot/target/layouts/layout.h"

#include <optional>
#include <span>

namespace goknot::target {

// An object of package sync or of the poller that a goroutine waits for.
// A semaphore is a word in the middle of an object; which object, the frames around the wait say:
//
//     runtime.semacquire1(0xc000012344, ...)      the address, its first argument
//     sync.runtime_SemacquireMutex(...)
//     sync.(*Mutex).lockSlow(...)                 of a Mutex: 4 less
//     sync.(*RWMutex).Lock(...)                   which is the w of an RWMutex
//
// Directly below RWMutex.Lock it would be writerSem, 8 less: a writer that waits for readers.
struct SyncWait {
  Address address = 0;  // of the object itself, not of the semaphore in it
  ObjectKind kind = ObjectKind::unknown;
  Operation operation = Operation::unknown;
  bool writer_queued = false;  // an rwmutex writer that waits for readers to leave
};

// What is behind a semaphore or a list of waiters; none for a goroutine that waits for neither, or
// for something inside the runtime. Reads the copies only.
std::optional<SyncWait> sync_wait(const Layout& layout, const Specimen& specimen,
                                  const Surroundings& surroundings);

// Asks for what sync_wait needs, and for the object it finds.
void want_sync(const Layout& layout, const Specimen& specimen, Surroundings& surroundings);

// How many bytes of an object of some kind are copied; 0: none.
std::size_t sync_size(const Layout& layout, ObjectKind kind);

// The words of a copied object, decoded.
ObjectState sync_state(const Layout& layout, ObjectKind kind, Address address,
                       std::span<const std::byte> bytes);

// Whether the words of an object admit that a goroutine waits for it. They may deny it for a
// moment, while a waiter is being woken.
bool admits_waiters(ObjectKind kind, const ObjectState& state);

// The lock of a copied sync.Cond: the data word of the interface L.
Address lock_of_cond(const Layout& layout, std::span<const std::byte> bytes);

}  // namespace goknot::target
