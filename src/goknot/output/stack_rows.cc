// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/stack_rows.h"

#include "goknot/model/function_name.h"

#include <algorithm>

namespace goknot::output {

namespace {

constexpr std::size_t kWidestFunction = 110;

}  // namespace

bool is_own(std::string_view function) { return !is_standard_function(function); }

//     ▸ node.(*Hub).Add(0xc000105e00)   hub.go:281  waits: lock mutex Hub.mu
//           h.mu.Lock()
// A remark that does not fit beside its row stands below it.
std::string draw_rows(const std::vector<StackRow>& rows, const Pen& pen, std::size_t indent,
                      std::size_t width) {
  std::size_t column = 0;
  const std::size_t widest =
      std::min(kWidestFunction, width > indent + 38 ? width - indent - 22 : 16);
  for (const StackRow& row : rows) {
    column = std::max(column, std::min(width_of(pen.show(row.call)), widest));
  }
  const std::string_view mark = pen.charset() == Charset::unicode ? "▸ " : "> ";
  std::string text;
  for (const StackRow& row : rows) {
    text += std::string(indent - 2, ' ') + std::string(row.own ? mark : "  ");
    const std::string call = padded(pen.show(row.call, widest, Cut::middle), column);
    text += pen.ink(row.own ? Ink::strong : Ink::plain, call);
    const std::string place = pen.show(row.place);
    if (!place.empty()) text += "  " + pen.ink(Ink::place, place);
    const std::string remark = pen.show(row.remark);
    const std::size_t room = std::max<std::size_t>(width, indent + 24) - indent - 4;
    const bool beside = indent + column + width_of(place) + width_of(remark) + 4 <= width;
    if (beside && !remark.empty()) text += "  " + remark;
    while (text.ends_with(' ')) text.pop_back();
    text += "\n";
    const std::string margin(indent + 4, ' ');
    if (!row.code.empty()) text += margin + pen.ink(Ink::faint, pen.show(row.code, room)) + "\n";
    if (beside || remark.empty()) continue;
    for (const std::string& line : wrapped(remark, room)) text += margin + line + "\n";
  }
  return text;
}

}  // namespace goknot::output
