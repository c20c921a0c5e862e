// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/profile_facts.h"

#include "goknot/model/function_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace goknot::source {

namespace {

// Types of samples (go1.27 runtime/pprof/pprof.go, protomem.go) and what people call their profile.
struct Known {
  std::string_view kind;
  std::string_view name;
};

constexpr Known kKnown[] = {
    {"alloc_objects", "a heap profile"},
    {"alloc_space", "a heap profile"},
    {"inuse_objects", "a heap profile"},
    {"inuse_space", "a heap profile"},
    {"objects", "a heap profile"},
    {"heap", "a heap profile"},
    {"allocs", "a heap profile"},
    {"samples", "a CPU profile"},
    {"cpu", "a CPU profile"},
    {"contentions", "a block or mutex profile"},
    {"delay", "a block or mutex profile"},
    {"contention", "a block profile"},
    {"block", "a block profile"},
    {"mutex", "a mutex profile"},
    {"threadcreate", "a profile of threads"},
};

}  // namespace

Error not_of_goroutines(std::string_view kind) {
  const auto* known = std::ranges::find(kKnown, kind, &Known::kind);
  std::string name = known != std::end(kKnown)
                         ? std::string(known->name)
                         : fmt::format("a profile of {}", kind.empty() ? "nothing" : kind);
  return {Kind::unsupported, name + ", not a goroutine profile",
          "curl -o goroutines.pb.gz http://HOST/debug/pprof/goroutine"};
}

bool is_runtime_only(const Snapshot& snapshot, StackId stack) {
  const auto frames = snapshot.stacks.frames(stack);
  if (frames.empty()) return false;
  return std::ranges::all_of(frames, [&](FrameId frame) {
    const std::string_view function = snapshot.function(frame);
    return function != "runtime.main" && is_runtime_package(parse_function_name(function).package);
  });
}

std::string unnamed_function(std::uint64_t pc) { return fmt::format("{:#x}", pc); }

void check_total(Snapshot& snapshot) {
  const std::uint64_t shown = snapshot.goroutine_count();
  const std::uint64_t total = snapshot.origin.declared_total.value_or(shown);
  if (shown == total) return;
  if (shown < total) snapshot.origin.complete = false;
  snapshot.gaps.push_back(
      {.where = snapshot.line == 0 ? "" : fmt::format("line {}", snapshot.line),
       .what = fmt::format("the profile says {} goroutines, {} are shown", total, shown),
       .hides = shown < total ? fmt::format("{} goroutines", total - shown) : ""});
}

}  // namespace goknot::source
