// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/core/registers.h"

#include <cstdint>
#include <functional>
#include <span>

namespace goknot::target {

// What became of a thread that was to be held still.
enum class PauseResult : std::uint8_t {
  looked,   // it stood still while it was looked at, and runs on
  gone,     // it has ended
  refused,  // the system does not let us, or somebody else holds it
  late,     // it did not stop in time: the kernel is busy with it
};

// Holds single threads of a program still while something is looked at, each as shortly as can be.
// Whatever happens, and even if we are killed, they run on.
class Pauser {
 public:
  using Look = std::function<void(const Registers&)>;

  Pauser() = default;
  Pauser(const Pauser&) = delete;
  Pauser& operator=(const Pauser&) = delete;
  virtual ~Pauser() = default;

  // Calls `look` while a thread stands still, which the program itself numbers so (m.procid).
  virtual PauseResult hold(std::uint64_t thread, const Look& look) = 0;
  // The longest time for which a thread stood still.
  virtual double longest_seconds() const = 0;
};

}  // namespace goknot::target
