// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"

#include <cstdint>
#include <string_view>

namespace goknot::source {

// How a wait reason that Delve prints goes with the place where the goroutine stands.
enum class ReasonFit : std::uint8_t {
  unknown,       // it may be left over: the goroutine is in a system call, or no place is known
  contradicted,  // a goroutine cannot stand there for this reason
  possible,      // it can
  confirmed,     // nothing else is possible there
};

// Compares a reason as printed with the frames, innermost first, and with the innermost function
// outside the runtime (or, if there is none, inside) where the debugger names it. Delve decodes a
// number with the table of the Go release it believes to see; before 2025-10 it could be the table
// of another one, and then all its reasons are shifted (docs/formats/delve.md).
ReasonFit reason_fit(const Snapshot& snapshot, StackId stack, std::string_view user_function,
                     std::string_view reason);

}  // namespace goknot::source
