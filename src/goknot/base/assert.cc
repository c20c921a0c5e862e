// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace goknot {

void assertion_failed(const char* what, const char* file, int line) {
  std::fprintf(stderr, "goknot: internal error: %s (%s:%d)\n", what, file, line);
  std::abort();
}

}  // namespace goknot
