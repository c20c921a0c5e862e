// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/calls_ahead.h"

#include "goknot/target/machine/function_body.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace goknot::target {

bool calls_ahead(const Code& code, Callees& callees, const Site& site,
                 std::span<const std::string_view> names, int depth) {
  if (site.table == nullptr) return false;
  const auto body = read_body(code, site.function, [](Address) { return std::nullopt; });
  const auto here = body ? find_instruction(body->code, site.pc) : std::nullopt;
  if (!here) return false;
  const auto is_named = [names](const InlinedCall& part) {
    return std::ranges::find(names, part.name) != names.end();
  };
  const auto leads_there = [&](const Instruction& call) {
    const auto inlined = site.table->inlined(code.memory(), site.function, call.address);
    return std::ranges::any_of(inlined, is_named) ||
           (code.function_at(call.destination) && callees.leads_to(call.destination, names, depth));
  };
  const std::vector<bool> ahead = body->graph.ahead_of(*here);
  for (std::size_t i = 0; i < ahead.size(); ++i) {
    if (ahead[i] && body->code[i].deed == Deed::call && leads_there(body->code[i])) return true;
  }
  return false;
}

}  // namespace goknot::target
