// SPDX-License-Identifier: Apache-2.0
// A recorded program as a core file.
#pragma once

#include "tests/support/core_builder.h"
#include "tests/support/recording.h"

#include <algorithm>
#include <string>
#include <vector>

namespace goknot::testing_support {

// The core of the program of a recording, which died of SIGABRT as process 812: every mapping that
// could be read, but of large ones only what was recorded.
inline std::string recorded_core(const std::string& name) {
  constexpr target::Address kPage = 4096;
  constexpr target::Address kLarge = 256 * kPage;
  const std::string text = recording_text(name);
  const auto memory = parse_recording(text);
  const std::vector<target::Range> pieces = recorded_pieces(text);
  CoreBuilder core;
  core.process(812, "subject").thread(812, 0, 0);
  for (const target::Region& region : memory->regions()) {
    if (!region.readable) continue;
    target::Address end = std::min(region.end, region.begin + kLarge);
    for (const target::Range& piece : pieces) {
      if (piece.begin < region.end) end = std::max(end, (piece.end + kPage - 1) / kPage * kPage);
    }
    if (region.path.starts_with('/')) {
      core.file({.begin = region.begin, .end = region.end, .offset = 0, .path = region.path});
    }
    std::string bytes(end - region.begin, '\0');
    memory->read_some(region.begin, std::as_writable_bytes(std::span(bytes)));
    core.segment(region.begin,
                 std::string("r") + (region.writable ? "w" : "") + (region.executable ? "x" : ""),
                 std::move(bytes), region.end - region.begin);
  }
  return core.build();
}

}  // namespace goknot::testing_support
