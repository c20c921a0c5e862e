// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/text_dump_parts.h"

#include "goknot/source/text_dump_reader.h"

#include <algorithm>
#include <future>
#include <string_view>
#include <thread>

namespace goknot::source {

namespace {

constexpr std::size_t kMostParts = 16;
// No goroutine begins for so long: it is not worth looking further.
constexpr std::size_t kFarthestCut = std::size_t{1} << 20U;

// Where a goroutine begins behind an empty line, at or after `from`; the end if none is near.
std::size_t find_cut(std::string_view text, std::size_t from) {
  constexpr std::string_view kBetween = "\n\ngoroutine ";
  const std::size_t at = text.substr(0, from + kFarthestCut).find(kBetween, from);
  return at == std::string_view::npos ? text.size() : at + 2;
}

// Where the parts end, in order; the last is the end of the text.
std::vector<std::size_t> find_ends(std::string_view text, const PartOptions& options) {
  const std::size_t cores = std::max<std::size_t>(std::thread::hardware_concurrency(), 1);
  const std::size_t wanted = std::min(options.parts == 0 ? cores : options.parts, kMostParts);
  const std::size_t parts = std::clamp<std::size_t>(text.size() / options.smallest, 1, wanted);
  std::vector<std::size_t> ends;
  for (std::size_t i = 1; i < parts; ++i) {
    const std::size_t end = find_cut(text, text.size() / parts * i);
    if (end < text.size() && (ends.empty() || end > ends.back())) ends.push_back(end);
  }
  ends.push_back(text.size());
  return ends;
}

DumpReader read_part(const Input& input, std::size_t from, std::size_t end) {
  DumpReader reader(input, from);
  reader.read_until(end);
  return reader;
}

}  // namespace

std::vector<Snapshot> read_in_parts(const Input& input, const PartOptions& options) {
  const std::vector<std::size_t> ends = find_ends(input.bytes, options);
  std::vector<std::future<DumpReader>> parts;
  for (std::size_t i = 1; i < ends.size(); ++i) {
    parts.push_back(std::async(std::launch::async, [&input, from = ends[i - 1], end = ends[i]] {
      return read_part(input, from, end);
    }));
  }
  DumpReader reader(input);
  reader.read_until(ends.front());
  for (std::size_t i = 1; i < ends.size(); ++i) {
    if (reader.join(parts[i - 1].get()) == Joined::no) reader.read_until(ends[i]);
  }
  return reader.finish();
}

}  // namespace goknot::source
