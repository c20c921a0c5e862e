// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/output/pen.h"

#include <string>
#include <vector>

namespace goknot::output {

// A paragraph with a word before it: "Why", "What to do", "Not known".
struct Labelled {
  std::string label;
  std::string text;
};

// Draws them below each other, labels in one column, texts wrapped in the other. Empty texts are
// left out.
std::vector<std::string> labelled_lines(const std::vector<Labelled>& paragraphs, const Pen& pen,
                                        std::size_t width);

}  // namespace goknot::output
