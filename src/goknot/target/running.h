// SPDX-License-Identifier: Apache-2.0
// Goroutines that run have no saved stack: their threads are held still for a moment.
#pragma once

#include "goknot/target/batch.h"
#include "goknot/target/code.h"
#include "goknot/target/pause.h"

#include <optional>

namespace goknot::target {

// A goroutine that ran, as it stood while its thread was held.
struct Held {
  const Specimen* specimen = nullptr;
  bool whole = false;  // what belongs to it was copied, too, not only its stack
};

// Copies goroutines that run, one at a time.
// Why twice: looking up code (lines, inlined calls, arguments) allocates and takes time, and a
// thread of somebody else's program must not stand still for that. The first hold copies the stack
// alone; the code is looked up while the program runs on; the second hold finds nearly all of it
// known.
class RunningGoroutines {
 public:
  // Both must outlive it.
  RunningGoroutines(Code& code, Pauser& pauser) : code_(code), view_(code), pauser_(pauser) {}

  // Copies a goroutine that was seen running, with what belongs to it. It is held twice, each time
  // as shortly as can be: the first time shows which code has to be looked up, which is done while
  // it runs on. None if it did not run any more, its thread cannot be held, or it stood where
  // nothing tells how to go on: in a signal handler or in C. Valid until the next call.
  std::optional<Held> copy(const GoroutineRecord& seen);
  const Surroundings& surroundings() const { return batch_.surroundings(); }

 private:
  std::optional<GoroutineRecord> stand(const GoroutineRecord& seen, const Registers& registers);
  std::optional<Start> start(const GoroutineRecord& record, const Registers& registers);
  bool is_on_system_stack(const GoroutineRecord& record, const Registers& registers);
  bool is_sound() const;
  bool hold(std::uint64_t thread, const GoroutineRecord& seen, Around around);

  Code& code_;
  CodeView view_;
  Pauser& pauser_;
  Batch batch_;
  Unwound unwound_;
};

}  // namespace goknot::target
