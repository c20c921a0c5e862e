// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/gdb_lines.h"

#include "goknot/source/scan.h"
#include "goknot/source/source_place.h"

#include <algorithm>
#include <array>

namespace goknot::source {

namespace {

constexpr std::array<std::string_view, 9> kStatuses = {"idle",    "runnable",  "running",
                                                       "syscall", "waiting",   "moribund",
                                                       "enqueue", "copystack", "extra"};

std::optional<std::int64_t> id_of(std::optional<std::uint64_t> number) {
  if (!number || *number > INT64_MAX) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

// Takes the place off the end: " at /src/main.go:12".
std::string_view take_place(std::string_view text, GdbFrame& frame) {
  constexpr std::string_view kAt = " at ";
  const std::size_t at = text.rfind(kAt);
  if (at == std::string_view::npos) return text;
  const auto place = parse_source_place(text.substr(at + kAt.size()));
  if (!place) return text;
  frame.file = place->file;
  frame.line = place->line;
  return text.substr(0, at);
}

std::string_view quoted_reason(std::string_view arguments) {
  constexpr std::string_view kReason = "reason=\"";
  const std::size_t at = arguments.find(kReason);
  if (at == std::string_view::npos) return {};
  arguments.remove_prefix(at + kReason.size());
  return arguments.substr(0, arguments.find('"'));
}

}  // namespace

std::optional<GdbRow> parse_gdb_row(std::string_view line) {
  line = trimmed(line);
  Scan scan(line);
  GdbRow row;
  row.current = scan.take("*");
  const auto id = id_of(scan.space().number());
  if (!id || *id == 0) return std::nullopt;
  row.id = *id;
  row.status = scan.space().word();
  if (row.status.ends_with("+s")) row.status.remove_suffix(2);
  if (std::ranges::find(kStatuses, row.status) == kStatuses.end()) return std::nullopt;
  row.function = scan.space().rest();
  const bool name = row.function == "None" || (row.function.contains('.') &&
                                               row.function.find(' ') == std::string_view::npos);
  return name ? std::optional(row) : std::nullopt;
}

std::optional<GdbFrame> parse_gdb_frame(std::string_view line) {
  line = trimmed(line);
  Scan scan(line);
  if (!scan.take("#")) return std::nullopt;
  const auto depth = scan.number();
  if (!depth) return std::nullopt;
  GdbFrame frame{.depth = *depth};
  if (scan.space().hex()) {
    if (!scan.space().take("in ")) return std::nullopt;
    frame.has_pc = true;
  }
  const std::string_view call = take_place(scan.space().rest(), frame);
  // The arguments stand behind a blank, the receiver's type does not.
  const std::size_t open = call.find(" (");
  if (open == std::string_view::npos || open == 0) return std::nullopt;
  frame.function = call.substr(0, open);
  frame.reason = quoted_reason(call.substr(open));
  return frame;
}

std::optional<GdbStackCommand> parse_gdb_stack_command(std::string_view line) {
  Scan scan(trimmed(line));
  scan.take("(gdb)");
  if (!scan.space().take("goroutine ")) return std::nullopt;
  GdbStackCommand command;
  if (scan.space().take("all")) {
    command.id = -1;
  } else if (const auto id = id_of(scan.number())) {
    command.id = *id;
  } else {
    return std::nullopt;
  }
  const std::string_view what = scan.space().word();
  return what == "bt" || what == "backtrace" || what == "where" ? std::optional(command)
                                                                : std::nullopt;
}

}  // namespace goknot::source
