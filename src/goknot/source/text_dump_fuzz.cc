// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/format.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

// Follows every reference of a snapshot; the sum keeps the compiler from leaving it out.
std::size_t walk(const goknot::Snapshot& snapshot) {
  std::size_t seen = 0;
  for (const goknot::Goroutine& goroutine : snapshot.goroutines) {
    const auto frames = snapshot.stacks.frames(goroutine.stack);
    for (std::size_t depth = 0; depth < frames.size(); ++depth) {
      seen += snapshot.function(frames[depth]).size() + snapshot.file(frames[depth]).size();
      seen += snapshot.argument_text(goroutine, depth).size();
    }
    if (goroutine.creator) seen += snapshot.function(goroutine.creator).size();
  }
  for (const goknot::Ancestor& ancestor : snapshot.ancestors) {
    if (ancestor.goroutine >= snapshot.goroutines.size()) std::abort();
    seen += snapshot.stacks.frames(ancestor.stack).size();
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  goknot::source::text_dump_format.sniff(bytes);
  const auto snapshots =
      goknot::source::text_dump_format.read({.name = "fuzz", .bytes = bytes, .wrapped_in = {}});
  if (!snapshots) return 0;
  std::size_t seen = 0;
  for (const goknot::Snapshot& snapshot : *snapshots) seen += walk(snapshot);
  if (seen > size * 1000 + 1'000'000) std::abort();
  return 0;
}
