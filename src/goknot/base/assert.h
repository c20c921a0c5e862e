// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace goknot {

// Ends the program: a promise of ours was broken. Never reached by input, whatever it is.
[[noreturn]] void assertion_failed(const char* what, const char* file, int line);

}  // namespace goknot

// On in release builds, too. Only for our own mistakes.
#define GOKNOT_ASSERT(condition) \
  ((condition) ? void(0) : ::goknot::assertion_failed(#condition, __FILE__, __LINE__))
