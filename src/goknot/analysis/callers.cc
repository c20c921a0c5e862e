// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/callers.h"

#include "goknot/model/arguments.h"
#include "goknot/model/function_name.h"

#include <algorithm>
#include <string_view>

namespace goknot::analysis {

namespace {

// "node.Hub" of a method that is no closure and not the standard library's; empty for anything
// else.
std::string method_type(std::string_view function) {
  const FunctionName name = parse_function_name(function);
  if (name.type.empty() || !name.suffix.empty() || is_standard_package(name.package)) return {};
  return std::string(name.package) + "." + std::string(name.type);
}

Argument receiver(const Scene& scene, std::uint32_t row, std::uint32_t depth) {
  return first_argument(scene.snapshot().argument_text(scene.goroutine(row), depth));
}

bool comparable(const Argument& a, const Argument& b) {
  return a.known && a.exact && b.known && b.exact;
}

// Memory shows who waits for what; only text has to guess where it shows no address.
bool fits(const Scene& scene, const Argument& mine, const Argument& other) {
  if (comparable(mine, other)) return mine.value == other.value;
  return scene.snapshot().origin.detail != Detail::memory;
}

// The receivers of the methods that some goroutines are in, by type.
using Receivers = absl::flat_hash_map<std::string, std::vector<Argument>>;

Receivers receivers_of(const Scene& scene, std::span<const std::uint32_t> rows) {
  Receivers receivers;
  for (const std::uint32_t row : rows) {
    const auto functions = scene.functions(scene.goroutine(row).stack);
    for (std::uint32_t d = scene.traits_of(row).wait_frame; d < functions.size(); d++) {
      if (std::string type = method_type(functions[d]); !type.empty()) {
        receivers[std::move(type)].push_back(receiver(scene, row, d));
      }
    }
  }
  return receivers;
}

}  // namespace

Callers::Callers(const Scene& scene) : scene_(&scene) {
  for (std::size_t i = 0; i < scene.groups().size(); i++) {
    const Traits& traits = scene.traits(i);
    const bool asks =
        traits.standing == Standing::channel &&
        (traits.operation == Operation::send || traits.operation == Operation::receive);
    const auto frames = scene.snapshot().stacks.frames(scene.groups()[i].stack);
    if (!asks || traits.main || traits.wait_frame >= frames.size()) continue;
    std::string type = method_type(scene.snapshot().function(frames[traits.wait_frame]));
    if (!type.empty()) groups_[std::move(type)].push_back(i);
  }
}

std::vector<std::uint32_t> Callers::of(std::span<const std::uint32_t> busy,
                                       absl::FunctionRef<bool(std::size_t)> done) const {
  std::vector<std::uint32_t> rows;
  if (groups_.empty()) return rows;
  for (const auto& [type, known] : receivers_of(*scene_, busy)) {
    const auto groups = groups_.find(type);
    if (groups == groups_.end()) continue;
    for (const std::size_t group : groups->second) {
      if (done(group)) continue;
      for (const std::uint32_t row : scene_->groups()[group].members) {
        const Argument mine = receiver(*scene_, row, scene_->traits(group).wait_frame);
        if (std::ranges::any_of(known, [&](const Argument& a) { return fits(*scene_, mine, a); })) {
          rows.push_back(row);
        }
      }
    }
  }
  std::ranges::sort(rows);
  return rows;
}

}  // namespace goknot::analysis
