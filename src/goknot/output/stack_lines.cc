// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/stack_lines.h"

#include "goknot/base/quantity.h"
#include "goknot/model/function_name.h"
#include "goknot/output/stack_rows.h"
#include "goknot/output/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace goknot::output {

namespace {

constexpr std::size_t kListedIds = 30;

// "14 min", "0 to 14 min".
std::string wait_words(const std::pair<std::int32_t, std::int32_t>& minutes) {
  if (minutes.first == minutes.second) return spoken_minutes(minutes.second);
  return spoken_minutes(minutes.first) + " to " + spoken_minutes(minutes.second);
}

std::string ids_words(std::span<const std::int64_t> ids, std::uint64_t count) {
  std::string text;
  for (const std::int64_t id : ids.first(std::min(ids.size(), kListedIds))) {
    text += (text.empty() ? "" : " ") + std::to_string(id);
  }
  const std::size_t listed = std::min(ids.size(), kListedIds);
  return count > listed && listed > 0 ? fmt::format("{} and {} more", text, count - listed) : text;
}

std::string statuses_of(const GroupView& group) {
  if (group.statuses.empty()) return group.status;
  if (group.statuses.size() == 1) return group.statuses.front().first;
  std::string text;
  for (const auto& [status, count] : group.statuses) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", with_thousands(count), status);
  }
  return text;
}

// Where the short form of a stack begins: at the call of a library that the user's own code made;
// without such code, at the first frame outside the runtime.
//     runtime.gopark
//     runtime.chanrecv
//     net/http.(*persistConn).roundTrip   <- the short form begins here
//     main.fetch                          the user's own
std::size_t top_of(const std::vector<Place>& frames) {
  const auto own = std::ranges::find_if(frames, is_own, &Place::function);
  if (own != frames.end()) {
    const auto depth = static_cast<std::size_t>(own - frames.begin());
    const bool library =
        depth > 0 && !is_runtime_package(parse_function_name(frames[depth - 1].function).package);
    return library ? depth - 1 : depth;
  }
  const auto outside = std::ranges::find_if_not(frames, [](const Place& place) {
    return is_runtime_package(parse_function_name(place.function).package);
  });
  return outside == frames.end() ? 0 : static_cast<std::size_t>(outside - frames.begin());
}

// The rows of a group's stack. The short form has three frames.
std::vector<StackRow> rows_of(const GroupView& group, StackDetail detail) {
  std::vector<StackRow> rows;
  const bool whole = detail == StackDetail::whole;
  const std::size_t first = whole ? 0 : top_of(group.frames);
  for (const Place& frame : std::span(group.frames).subspan(first)) {
    if (!whole && rows.size() == 3) break;
    rows.push_back({.call = short_function(frame.function),
                    .place = location_of(frame),
                    .remark = {},
                    .own = is_own(frame.function)});
  }
  const std::size_t left = group.frames.size() - first - rows.size();
  if (left > 0) rows.push_back({.call = fmt::format("… {} more", left), .place = {}, .remark = {}});
  if (group.created_by) {
    rows.push_back({.call = "started by " + short_function(group.created_by->function),
                    .place = location_of(*group.created_by),
                    .remark = {}});
  }
  return rows;
}

}  // namespace

std::string group_text(const GroupView& group, const Pen& pen, const StackRoom& room) {
  std::string head = fmt::format("{:<4} {} {} {}", group.id, with_thousands(group.count),
                                 pen.charset() == Charset::unicode ? "×" : "x", statuses_of(group));
  if (group.wait_minutes) head += ", " + wait_words(*group.wait_minutes);
  if (!group.purpose.empty()) head += ": " + group.purpose;
  std::string text = pen.ink(Ink::strong, pen.show(head, room.width)) + "\n";
  text += draw_rows(rows_of(group, room.detail), pen, 7, room.width);
  if (room.detail == StackDetail::whole && !group.goroutines.empty()) {
    for (const std::string& line :
         wrapped("goroutines " + ids_words(group.goroutines, group.count), room.width - 7)) {
      text += "       " + line + "\n";
    }
  }
  return text;
}

}  // namespace goknot::output
