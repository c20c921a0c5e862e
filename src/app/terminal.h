// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/text.h"

#include <string>

namespace goknot::app {

// What is known of the place where the output goes, and of the environment: read once, at start.
struct Terminal {
  bool output = false;  // standard output is one
  bool errors = false;  // standard error is one
  int width = 100;      // columns; 100 where there is no terminal
  Charset charset = Charset::unicode;
  bool wants_color = false;  // a terminal that can show colours, and NO_COLOR is not set
  std::string http_proxy, https_proxy, no_proxy;  // for URLs
  std::string temporary;                          // TMPDIR: where large files may be put
};

// Looks at descriptors 1 and 2, COLUMNS, LC_ALL, LC_CTYPE, LANG, TERM, NO_COLOR, TMPDIR and the
// proxies.
Terminal look_at_terminal();

}  // namespace goknot::app
