// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/calls_ahead.h"

#include "goknot/target/machine/function_body.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

namespace goknot::target {

namespace {

// The calls of one function.
class Calls {
 public:
  Calls(const Code& code, Callees& callees, const Site& site,
        std::span<const std::string_view> names, int depth)
      : code_(code), callees_(callees), site_(site), names_(names), depth_(depth) {}

  // Whether one of the instructions is such a call, of one that was inlined or not.
  bool any_of(std::span<const Instruction> instructions) const {
    return std::ranges::any_of(instructions, [this](const Instruction& instruction) {
      return instruction.deed == Deed::call && is_wanted(instruction);
    });
  }

 private:
  bool is_wanted(const Instruction& call) const {
    const auto inlined = site_.table->inlined(code_.memory(), site_.function, call.address);
    const bool named = std::ranges::any_of(inlined, [this](const InlinedCall& part) {
      return std::ranges::find(names_, part.name) != names_.end();
    });
    return named || (code_.function_at(call.destination) &&
                     callees_.leads_to(call.destination, names_, depth_));
  }

  const Code& code_;
  Callees& callees_;
  const Site& site_;
  std::span<const std::string_view> names_;
  int depth_;
};

}  // namespace

bool calls_ahead(const Code& code, Callees& callees, const Site& site,
                 std::span<const std::string_view> names, int depth) {
  if (site.table == nullptr) return false;
  const auto body = read_body(code, site.function, [](Address) { return std::nullopt; });
  const auto here = body ? find_instruction(body->code, site.pc) : std::nullopt;
  if (!here) return false;
  const Calls calls(code, callees, site, names, depth);
  const std::span<const Instruction> all(body->code);
  const std::span<const Block> blocks = body->graph.blocks();
  const Block& first = blocks[body->graph.block_of(*here)];
  if (calls.any_of(all.subspan(*here + 1, first.end - *here - 1))) return true;
  std::vector<bool> seen(blocks.size());
  std::vector<std::size_t> pending = first.next;
  while (!pending.empty()) {
    const std::size_t block = pending.back();
    pending.pop_back();
    if (seen[block]) continue;
    seen[block] = true;
    if (calls.any_of(all.subspan(blocks[block].begin, blocks[block].end - blocks[block].begin))) {
      return true;
    }
    pending.insert(pending.end(), blocks[block].next.begin(), blocks[block].next.end());
  }
  return false;
}

}  // namespace goknot::target
