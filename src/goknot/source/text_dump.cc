// SPDX-License-Identifier: Apache-2.0
// Goroutine dumps as text, however Go printed them since 1.0: SIGQUIT and crashes, panics,
// runtime.Stack and debug=2, test time-outs, goleak and leaktest, race reports.
#include "goknot/source/describe.h"
#include "goknot/source/format.h"
#include "goknot/source/text_dump_header.h"
#include "goknot/source/text_dump_parts.h"

#include <algorithm>
#include <cstring>

namespace goknot::source {

namespace {

// Whether a line of `bytes` that holds `word` satisfies `accept`. Looks at no other line.
template <typename Accept>
bool any_line(std::string_view bytes, std::string_view word, Accept accept) {
  for (std::size_t at = 0; at < bytes.size();) {
    const void* const hit = memmem(bytes.data() + at, bytes.size() - at, word.data(), word.size());
    if (hit == nullptr) return false;
    const auto found = static_cast<std::size_t>(static_cast<const char*>(hit) - bytes.data());
    const std::size_t before = found == 0 ? std::string_view::npos : bytes.rfind('\n', found - 1);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    const std::size_t end = std::min(bytes.find('\n', found), bytes.size());
    if (accept(bytes.substr(begin, end - begin))) return true;
    at = end;
  }
  return false;
}

// Reports of tests, and what tools have condensed, are sought in so much of the beginning only:
// what has none is searched once.
constexpr std::size_t kReportsWithin = std::size_t{64} << 20U;

bool looks_like_text_dump(std::string_view bytes) {
  const std::string_view beginning = bytes.substr(0, kReportsWithin);
  return any_line(bytes, "goroutine ",
                  [](std::string_view line) { return parse_goroutine_header(line).has_value(); }) ||
         any_line(beginning, " goroutines [",
                  [](std::string_view line) { return parse_goroutine_header(line).has_value(); }) ||
         any_line(beginning, " on top of the stack",
                  [](std::string_view line) { return parse_goleak_header(line).has_value(); }) ||
         any_line(beginning, "WARNING: DATA RACE", [](std::string_view) { return true; });
}

Result<std::vector<Snapshot>> read_text_dump(const Input& input) {
  std::vector<Snapshot> snapshots = read_in_parts(input);
  if (snapshots.empty()) return std::unexpected(describe_unknown(input.bytes).with(input.name));
  return snapshots;
}

}  // namespace

const Format text_dump_format{.name = "text",
                              .summary =
                                  "SIGQUIT, crash, panic, runtime.Stack, debug=2, test, "
                                  "goleak, leaktest and race detector output",
                              .sniff = looks_like_text_dump,
                              .read = read_text_dump};

}  // namespace goknot::source
