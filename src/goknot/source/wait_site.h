// SPDX-License-Identifier: Apache-2.0
// What a stack says about the wait of its goroutine: which primitive, which operation, where an
// address may stand.
#pragma once

#include "goknot/model/snapshot.h"

#include <cstdint>
#include <optional>

namespace goknot::source {

// Where the address of an object stands in the arguments of a stack.
struct AddressSlot {
  std::uint32_t depth = 0;  // frame whose first argument it is
  std::int32_t offset = 0;  // to add to get the object's own address: -4 for &m.sema of a mutex
  bool always_exact =
      false;  // a live argument in every release, whatever the general rule for its release is
};

// A wait as the frames show it. The same for every goroutine with this stack and reason.
struct WaitSite {
  ObjectKind kind = ObjectKind::unknown;
  Operation operation = Operation::unknown;
  bool writer_queued = false;
  std::uint32_t frame = 0;  // depth of the first frame outside the runtime, sync and the poller
  std::optional<AddressSlot> address;
  std::optional<AddressSlot>
      semaphore;  // a second chance: the address of a semaphore inside the object
  std::optional<std::uint32_t>
      owner;  // depth of the frame whose first argument is the receiver that owns the object
};

// Reads a wait from frames, innermost first. `reason` may be none (a profile): then the frames
// decide alone.
WaitSite find_wait_site(const Snapshot& snapshot, StackId stack, WaitReason reason);

// Whether a function belongs to the machinery of waiting: runtime, sync, internal/sync,
// internal/poll, time.Sleep.
bool is_waiting_machinery(std::string_view function);

}  // namespace goknot::source
