// SPDX-License-Identifier: Apache-2.0
// The words of a sync.Mutex or sync.RWMutex.
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/memory.h"
#include "goknot/target/unlocks.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace goknot::target {

// A copied lock. The layouts have been the same since go1.13.
// sync.Mutex: {state int32, sema uint32}. state is 1 locked, 2 woken, 4 starving, and the number of
// waiters times 8. sync.RWMutex is 24 bytes:
//
//      0  w            the Mutex by which writers exclude each other
//      8  writerSem    a writer waits here for readers to leave
//     12  readerSem    readers wait here behind a writer
//     16  readerCount  readers, less 1 << 30 from the moment a writer has w
//     20  readerWait   readers that were there before that writer and have not left
//
// Two readers and a writer that waits for them: readerCount is 2 - (1 << 30), readerWait 2, w
// locked.
struct LockWords {
  std::uint32_t state = 0;        // of the mutex, or of the one in the rwmutex
  std::int32_t reader_count = 0;  // rwmutex: less kMaxReaders while a writer waits or has it
  std::int32_t reader_wait = 0;   // rwmutex: readers that a waiting writer waits for

  bool mutex_locked() const { return (state & 1U) != 0; }
  bool writer_pending() const { return reader_count < 0; }  // or it has the lock
  bool writer_holds() const { return mutex_locked() && reader_count < 0 && reader_wait <= 0; }
  // How many readers hold it.
  std::int64_t readers() const;
  // rwmutex: how many writers and readers wait for it.
  std::int64_t waiters() const;
};

// Bytes of a lock of this kind.
std::size_t lock_size(ObjectKind kind);

// Takes lock_size(kind) bytes apart.
LockWords read_lock_words(ObjectKind kind, std::span<const std::byte> bytes);

// Whether somebody holds that side of the lock.
bool is_held(const LockWords& words, ObjectKind kind, Operation mode);

// Adds what the words say to what is known of the lock.
void describe(const LockWords& words, ObjectKind kind, ObjectState& state);

// What a lock is like now; none if it is no mutex or rwmutex whose address is known, or cannot be
// read.
std::optional<ObjectState> read_lock_state(const Memory& memory, const WaitObject& lock);

}  // namespace goknot::target
