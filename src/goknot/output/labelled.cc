// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/labelled.h"

#include <algorithm>

namespace goknot::output {

namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kLabelWidth = 12;     // "What to do" and two blanks
constexpr std::size_t kWidestText = 96;     // columns; longer lines are hard to follow
constexpr std::size_t kLongestText = 1600;  // columns of one paragraph

}  // namespace

//       Why         418 holds the lock and waits for 13, …
//                   the rest of the paragraph
//       Not known   …
std::vector<std::string> labelled_lines(const std::vector<Labelled>& paragraphs, const Pen& pen,
                                        std::size_t width) {
  std::size_t column = kLabelWidth;
  for (const Labelled& p : paragraphs) {
    if (!p.text.empty()) column = std::max(column, width_of(p.label) + 2);
  }
  const std::size_t start = kIndent + column;
  const std::size_t room = width > start + 20 ? std::min(width - start, kWidestText) : 20;
  std::vector<std::string> lines;
  for (const Labelled& p : paragraphs) {
    if (p.text.empty()) continue;
    std::string before = std::string(kIndent, ' ') + pen.ink(Ink::strong, padded(p.label, column));
    for (const std::string& line : wrapped(pen.show(p.text, kLongestText), room)) {
      lines.push_back(before + line);
      before = std::string(start, ' ');
    }
  }
  return lines;
}

}  // namespace goknot::output
