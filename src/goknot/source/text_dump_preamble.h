// SPDX-License-Identifier: Apache-2.0
// The words before a dump that say why it was printed.
#pragma once

#include "goknot/model/origin.h"

#include <optional>
#include <string_view>

namespace goknot::source {

// One line that announces a dump.
struct Preamble {
  Cause cause = Cause::none;
  std::string_view format;  // as the report has it: "sigquit", "fatal", "panic", …
};

// Reads such a line, without the blanks around it: "panic: test timed out after 10m0s", "SIGQUIT:
// quit", "throw: all goroutines are asleep - deadlock!".
std::optional<Preamble> parse_preamble(std::string_view line);

// The processor whose register dump has this line ("rip    0x47b3c5"), empty if no single one has.
std::string_view goarch_of_register(std::string_view line);

}  // namespace goknot::source
