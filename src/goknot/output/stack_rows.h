// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/output/pen.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::output {

// A row of a stack: what is called, where that stands, and what else is known of it.
struct StackRow {
  std::string call;
  std::string place;
  std::string remark = {};
  std::string code = {};  // the line of source that stands there; empty: not at hand
  bool own = false;       // outside the standard library
};

// Whether a function is one of the user's own code or of a library, not of Go itself.
bool is_own(std::string_view function);

// Calls in one column, places in the next, each line so far from the left; frames of the user's own
// code are marked, and the source stands below.
std::string draw_rows(const std::vector<StackRow>& rows, const Pen& pen, std::size_t indent,
                      std::size_t width);

}  // namespace goknot::output
