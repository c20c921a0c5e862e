// SPDX-License-Identifier: Apache-2.0
// What Go prints between the brackets of a goroutine header, as data.
#pragma once

#include <cstdint>
#include <string_view>

namespace goknot {

// What a goroutine does, coarsely. Go: runtime/runtime2.go _Gidle … _Gpreempted, printed by
// goroutineheader.
enum class State : std::uint8_t {
  unknown,
  idle,
  runnable,
  running,
  syscall,
  waiting,
  copystack,
  preempted,
  dead
};

// Why a waiting goroutine waits; `none` if it does not wait or the source does not say.
enum class WaitReason : std::uint8_t {
  none,
#define WAIT_REASON(name, text, kind) name,
#include "goknot/model/wait_reason.def"
#undef WAIT_REASON
};

// What can end a wait of some reason.
enum class WaitKind : std::uint8_t {
  none,     // it does not wait
  channel,  // another goroutine through a channel, or a timer's channel
  lock,     // another goroutine that unlocks
  group,    // others that finish or signal
  timer,    // time
  io,       // the outside world
  forever,  // nothing at all
  moving,   // the runtime, soon
  runtime,  // an idle goroutine of the runtime's own
};

// A status taken apart. `text` is the key of counts.by_status: "chan receive", "select (no cases)
// (durable)".
struct Status {
  State state = State::unknown;
  WaitReason reason = WaitReason::none;
  std::string_view text;
};

// Reads a status as Go prints it, without minutes and what follows them: "chan receive", "sleep
// (durable)", "chan send (synctest)". An unknown word is a waiting goroutine with no reason we
// know; "" is unknown.
Status parse_status(std::string_view text);

// What can end a wait for this reason.
WaitKind wait_kind(WaitReason reason);

// The text Go prints for a reason; empty for none.
std::string_view wait_reason_text(WaitReason reason);

}  // namespace goknot
