// SPDX-License-Identifier: Apache-2.0
// Lines of a Delve session, taken apart. Everything points into the line.
// Delve 1.27 pkg/terminal/command.go: formatGoroutine, writeGoroutineLong;
// service/api/prettyprint.go: PrintStack.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace goknot::source {

// Which place of a goroutine a location is.
enum class DelvePlace : std::uint8_t { runtime, user, go, start };

// "/src/main.go:17 main.(*hub).send (0x4dc4b8)"
struct DelveLocation {
  std::string_view file;  // empty: unknown
  std::uint32_t line = 0;
  std::string_view function;  // empty: unknown
};

// "* Goroutine 18 - User: LOCATION (thread 26560) [chan send 3386326708882]". The number behind the
// reason is an instant of the machine's clock and no duration.
struct DelveRow {
  std::int64_t id = 0;
  bool current = false;     // starred
  bool unreadable = false;  // "Goroutine (unreadable …)": no more is told
  DelvePlace place = DelvePlace::user;
  DelveLocation location;
  std::string_view reason;  // without the number; empty: none is shown
};

// " 3  0x000000000047ec65 in internal/sync.runtime_SemacquireMutex"
struct DelveFrame {
  std::uint64_t depth = 0;
  std::uint64_t pc = 0;
  std::string_view function;
};

// The line without prompts "(dlv) " before it; `prompt` says whether there was one.
struct DelvePrompt {
  std::string_view line;
  bool prompt = false;
};
DelvePrompt without_prompt(std::string_view line);

std::optional<DelveRow> parse_delve_row(std::string_view line);
std::optional<DelveFrame> parse_delve_frame(std::string_view line);

// "at /src/main.go:17"
std::optional<DelveLocation> parse_delve_at(std::string_view line);

// "Runtime: LOCATION", as below "Goroutine 5:"
struct DelvePlaceLine {
  DelvePlace place = DelvePlace::user;
  DelveLocation location;
};
std::optional<DelvePlaceLine> parse_delve_place(std::string_view line);

}  // namespace goknot::source
