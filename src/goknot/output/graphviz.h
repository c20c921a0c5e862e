// SPDX-License-Identifier: Apache-2.0
// Graphviz as a program of its own, shut in: what it does with a graph is not ours to promise.
#pragma once

#include "goknot/base/result.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace goknot::output {

// What the child may use.
struct GraphvizLimits {
  std::chrono::seconds time = std::chrono::seconds(20);
  std::size_t memory = std::size_t{1} << 30;   // bytes of address space
  std::size_t output = std::size_t{64} << 20;  // bytes it may write
};

// The picture of a graph in Graphviz's language as SVG. Errors: not_found (`dot` is not installed),
// unsupported (it gave up, or needed more than the limits), io.
Result<std::string> draw_svg(std::string_view dot, const GraphvizLimits& limits = {});

}  // namespace goknot::output
