// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/layouts/layout.h"
#include "goknot/target/memory.h"
#include "goknot/target/module.h"
#include "goknot/target/unwind.h"

#include <cstdint>
#include <optional>
#include <span>

namespace goknot::target {

// What must not change while a goroutine is looked at: if two looks agree, it did not run in
// between, nor was its stack moved.
// Without `sequence` (before go1.17) a goroutine that ran and came back to the same place within
// the time of a copy cannot be told from one that stood still; pc, sp and the sudog are all that is
// left then.
struct RecordKey {
  std::uint32_t status = 0;  // g.atomicstatus, as it stands
  std::int64_t id = 0;
  Range stack;
  Address sp = 0, pc = 0, lr = 0;
  Address syscall_sp = 0, syscall_pc = 0;
  Address waiting = 0;  // the first of its sudogs
  Address creator = 0;  // where the go statement that made it returns to
  std::uint8_t reason = 0;
  std::uint8_t sequence = 0;  // counts how often it ran (go1.17), else 0

  friend bool operator==(const RecordKey& a, const RecordKey& b) {
    return a.status == b.status && a.id == b.id && a.stack.begin == b.stack.begin &&
           a.stack.end == b.stack.end && a.sp == b.sp && a.pc == b.pc && a.lr == b.lr &&
           a.syscall_sp == b.syscall_sp && a.syscall_pc == b.syscall_pc && a.waiting == b.waiting &&
           a.creator == b.creator && a.reason == b.reason && a.sequence == b.sequence;
  }
};

// A goroutine as the runtime keeps it. Go: runtime.g.
struct GoroutineRecord {
  Address address = 0;
  RecordKey key;
  GStatus status;
  Parked parked;
  Address thread = 0;         // its m, 0: on none
  Address locked_thread = 0;  // the m it is locked to
  Address defers = 0;         // the newest of its _defer records
  Address panics = 0;         // the newest of its _panic records
  Address start_pc = 0;       // the function it began with
  Address ancestors = 0;
  Address labels = 0;
  Address timer = 0;  // of its sleep
  Address coroutine = 0;
  Address parameter = 0;
  Address context = 0;          // the closure it will call when it runs
  std::int64_t parent = -1;     // goid of its creator, -1: not known (before go1.21)
  std::int64_t wait_since = 0;  // nanotime of the collection that first saw it blocked, 0: none did
  std::int64_t sleep_until = 0;  // nanotime (go1.23), 0: not told
  Address bubble = 0;
  std::optional<Start> held = {};  // where it stands though it runs: its thread is held still

  bool is_alive() const {
    return status.state != State::dead && status.state != State::idle && !status.dead_extra &&
           status.state != State::unknown;
  }
  // Its stack lies still: it is parked, about to run, in a system call, or held.
  bool has_saved_stack() const {
    return held || status.state == State::waiting || status.state == State::runnable ||
           status.state == State::preempted || status.state == State::syscall;
  }
  // Where its saved stack begins. Go: runtime/traceback.go unwinder.initAt.
  Start start() const;
};

// A number that changes when the goroutine runs. What the collector notes in its status, and where
// it moves its stack to, does not count.
std::uint64_t key_of(const GoroutineRecord& record);

// The bytes of a g that are copied, from its address on.
std::size_t record_size(const Layout& layout);

// What must not change, of a copied g.
RecordKey read_key(const Layout& layout, std::span<const std::byte> bytes);

// Takes a copied g apart.
GoroutineRecord read_record(const Layout& layout, Address address,
                            std::span<const std::byte> bytes);

// Whether these can be the fields of a g: states, stack bounds and pointers fit together.
bool is_plausible(const GoroutineRecord& record);

}  // namespace goknot::target
