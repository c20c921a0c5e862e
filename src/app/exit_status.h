// SPDX-License-Identifier: Apache-2.0
// What the program's exit status says; part of the contract with scripts (docs/report.md).
#pragma once

#include "goknot/base/result.h"

#include <cstdint>

namespace goknot::app {

enum class ExitStatus : std::uint8_t {
  fine = 0,          // read, and nothing at or above --fail-on
  found = 1,         // read, and something is
  usage = 2,         // the command line is wrong
  unreadable = 3,    // input missing, damaged, not recognised, vanished, too slow
  denied = 4,        // not permitted
  internal = 70,     // a mistake of ours
  interrupted = 130  // by the person at the keyboard
};

// The status for an error.
constexpr ExitStatus exit_status(Kind kind) {
  switch (kind) {
    case Kind::usage:
      return ExitStatus::usage;
    case Kind::denied:
      return ExitStatus::denied;
    case Kind::io:
    case Kind::not_found:
    case Kind::damaged:
    case Kind::unsupported:
    case Kind::interrupted:  // a time limit: signals end the program where they arrive
      break;
  }
  return ExitStatus::unreadable;
}

}  // namespace goknot::app
