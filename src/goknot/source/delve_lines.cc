// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/delve_lines.h"

#include "goknot/source/scan.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

namespace goknot::source {

namespace {

constexpr std::pair<std::string_view, DelvePlace> kPlaces[] = {
    {"Runtime: ", DelvePlace::runtime},
    {"User: ", DelvePlace::user},
    {"Go: ", DelvePlace::go},
    {"Start: ", DelvePlace::start},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "FILE:LINE FUNCTION", or "FILE:LINE" alone; paths may have blanks and colons.
std::optional<DelveLocation> parse_place_and_function(std::string_view text) {
  for (std::size_t colon = text.find(':'); colon != std::string_view::npos;
       colon = text.find(':', colon + 1)) {
    Scan scan(text.substr(colon + 1));
    const auto line = scan.number();
    if (!line || !(scan.done() || scan.rest().starts_with(' '))) continue;
    DelveLocation location;
    location.file = text.substr(0, colon);
    location.line = static_cast<std::uint32_t>(std::min<std::uint64_t>(*line, 0xffffffff));
    location.function = trimmed(scan.rest());
    if (location.function == "???" || location.function == "(nil)") location.function = {};
    if (location.file == "?" || location.file == "???") location.file = {};
    return location;
  }
  return std::nullopt;
}

std::optional<DelveLocation> parse_location(std::string_view text) {
  for (std::size_t at = text.find(" (0x"); at != std::string_view::npos;
       at = text.find(" (0x", at + 1)) {
    Scan scan(text.substr(at + 2));
    if (!scan.hex() || !scan.take(")")) continue;
    const auto location = parse_place_and_function(text.substr(0, at));
    if (location) return location;
  }
  return std::nullopt;
}

// "457422h31m13.3206878s", as Go prints a duration: where the clock of the debugger is not that of
// the runtime, as on Windows, it tells nothing either.
bool is_duration(std::string_view text) {
  bool units = false;
  while (!text.empty()) {
    const std::size_t digits = text.find_first_not_of("0123456789.");
    if (digits == 0 || digits == std::string_view::npos) return false;
    text.remove_prefix(digits);
    const std::size_t unit = std::min(text.find_first_of("0123456789."), text.size());
    constexpr std::string_view kUnits[] = {"h", "m", "s", "ms", "µs", "us", "ns"};
    if (std::ranges::find(kUnits, text.substr(0, unit)) == std::end(kUnits)) return false;
    text.remove_prefix(unit);
    units = true;
  }
  return units;
}

// "chan send 3386326708882" and "chan send 457422h31m13.3206878s" without the time.
std::string_view without_instant(std::string_view reason) {
  const std::size_t blank = reason.rfind(' ');
  if (blank == std::string_view::npos) return reason;
  const std::string_view last = reason.substr(blank + 1);
  const bool number = !last.empty() && std::ranges::all_of(last, is_digit);
  return number || is_duration(last) ? reason.substr(0, blank) : reason;
}

}  // namespace

DelvePrompt without_prompt(std::string_view line) {
  DelvePrompt result{.line = trimmed(line)};
  while (result.line.starts_with("(dlv)")) {
    result.line = trimmed(result.line.substr(5));
    result.prompt = true;
  }
  return result;
}

std::optional<DelveRow> parse_delve_row(std::string_view line) {
  DelveRow row;
  Scan scan(trimmed(line));
  row.current = scan.take("*");
  if (!scan.space().take("Goroutine ")) return std::nullopt;
  if (scan.take("(unreadable ")) {
    row.unreadable = true;
    return row;
  }
  const auto id = scan.number();
  if (!id || *id > INT64_MAX || !scan.take(" - ")) return std::nullopt;
  row.id = static_cast<std::int64_t>(*id);
  const auto place = parse_delve_place(scan.rest());
  if (!place) return std::nullopt;
  row.place = place->place;
  row.location = place->location;
  const std::string_view text = trimmed(line);
  const std::size_t bracket = text.rfind(" [");
  if (bracket != std::string_view::npos && text.ends_with(']') &&
      bracket > text.rfind(" (0x", bracket)) {
    row.reason = without_instant(text.substr(bracket + 2, text.size() - bracket - 3));
  }
  return row;
}

std::optional<DelveFrame> parse_delve_frame(std::string_view line) {
  DelveFrame frame;
  Scan scan(trimmed(line));
  const auto depth = scan.number();
  if (!depth || !scan.rest().starts_with(' ')) return std::nullopt;
  const auto pc = scan.space().hex();
  if (!pc || !scan.take(" in ")) return std::nullopt;
  frame.depth = *depth;
  frame.pc = *pc;
  frame.function = trimmed(scan.rest());
  if (frame.function == "???" || frame.function == "(nil)") frame.function = {};
  return frame;
}

std::optional<DelveLocation> parse_delve_at(std::string_view line) {
  Scan scan(trimmed(line));
  if (!scan.take("at ")) return std::nullopt;
  const auto location = parse_place_and_function(trimmed(scan.rest()));
  return location && location->function.empty() ? location : std::nullopt;
}

std::optional<DelvePlaceLine> parse_delve_place(std::string_view line) {
  Scan scan(trimmed(line));
  for (const auto& [word, place] : kPlaces) {
    if (!scan.take(word)) continue;
    const auto found = parse_location(scan.rest());
    if (!found) return std::nullopt;
    return DelvePlaceLine{place, *found};
  }
  return std::nullopt;
}

}  // namespace goknot::source
