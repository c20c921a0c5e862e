// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/text_dump_elision.h"

#include "goknot/source/text_dump_scan.h"

#include <algorithm>
#include <array>
#include <string>

namespace goknot::source {

namespace {

constexpr std::size_t kLongestRemark = 100;

// go1.27 runtime/traceback.go: traceback2 "...N frames elided..."; to 1.20, and still for
// ancestors, "...additional frames elided...".
std::optional<Elision> parse_of_runtime(std::string_view line) {
  if (!skip(line, "...")) return std::nullopt;
  if (line.starts_with("additional frames elided")) return Elision{.by_runtime = true};
  const auto frames = skip_number<std::uint32_t>(line);
  if (!frames || !line.starts_with(" frames elided")) return std::nullopt;
  return Elision{.frames = *frames, .by_runtime = true};
}

bool is_mark_only(std::string_view line) {
  constexpr std::array<std::string_view, 7> kMarks = {"...",   "....",     "\u2026", "[...]",
                                                      "(...)", "[\u2026]", "<...>"};
  return std::ranges::find(kMarks, line) != kMarks.end();
}

// Whether a line is set off from text: "[…]", "(…)", "<…>", "--…--", "**…**", or begins with "...".
bool is_set_off(std::string_view line) {
  constexpr std::string_view kOpen = "[(<-*", kClose = "])>-*";
  const std::size_t kind = kOpen.find(line.front());
  return line.starts_with("...") || (kind != std::string_view::npos && line.back() == kClose[kind]);
}

// "[snip]", "<truncated>", "(stacks elided for clarity)", "... 20 more goroutines omitted ...".
bool is_remark(std::string_view line) {
  if (line.size() > kLongestRemark || line.contains(':') || !is_set_off(line)) return false;
  std::string lower(line);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  constexpr std::array<std::string_view, 6> kWords = {"elided",    "snip",    "omitted",
                                                      "truncated", "skipped", "cut "};
  return std::ranges::any_of(kWords, [&](std::string_view word) { return lower.contains(word); });
}

}  // namespace

std::optional<Elision> parse_elision(std::string_view line) {
  if (line.empty()) return std::nullopt;
  if (auto elision = parse_of_runtime(line)) return elision;
  if (is_mark_only(line) || is_remark(line)) return Elision{};
  return std::nullopt;
}

}  // namespace goknot::source
