// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/machine/deciding.h"

#include <algorithm>
#include <span>

namespace goknot::target {

namespace {

// The blocks from which one may come to one of `ends`, without going through `beyond`.
std::vector<bool> leading_to(std::span<const std::vector<std::size_t>> before,
                             std::vector<std::size_t> ends, std::size_t beyond) {
  std::vector<bool> leads(before.size());
  while (!ends.empty()) {
    const std::size_t b = ends.back();
    ends.pop_back();
    if (leads[b]) continue;
    leads[b] = true;
    for (const std::size_t from : before[b]) {
      if (from != beyond) ends.push_back(from);
    }
  }
  return leads;
}

// Those that leave the flags as they are.
bool keeps_flags(Deed deed) {
  return deed == Deed::load || deed == Deed::move || deed == Deed::address;
}

// The comparison that decides the branch at the end of a block.
// Between the two only instructions may stand that leave the flags alone: the compiler likes to
// load there what is used next. Anything else might have set the flags itself.
std::optional<std::size_t> comparison_in(const FunctionBody& body, const Block& block) {
  const std::size_t last = block.end - 1;
  if (body.code[last].deed != Deed::branch || body.code[last].taken == Taken::otherwise)
    return std::nullopt;
  for (std::size_t i = last; i-- > block.begin;) {
    if (body.code[i].deed == Deed::compare) return i;
    if (!keeps_flags(body.code[i].deed)) return std::nullopt;
  }
  return std::nullopt;
}

// What a comparison asks, as if it should be equal.
// `cmp [rax+0x10], 0` asks for the word at an address. `mov rcx, [rax+0x10]; test rcx, rcx` asks
// for the same in two steps: the register holds what was read there, so the condition is about that
// address, too. Any other register is compared itself (size 0).
std::optional<Condition> asked_by(LockFlow& flow, std::size_t comparison) {
  const auto state = flow.before(comparison);
  if (!state) return std::nullopt;
  const Instruction& instruction = flow.body().code[comparison];
  Condition condition{.where = {}, .size = 0, .number = instruction.number};
  ValueId at = ValueId::unknown;
  if (instruction.source == kNoRegister) {
    at = flow.machine().place_of(comparison, *state);
    condition.size = instruction.memory.size;
  } else {
    at = state->registers[instruction.source];
    if (flow.value(at).kind == Value::Kind::pointed_to) {
      at = flow.value(at).of;
      condition.size = sizeof(Address);
    }
  }
  auto where = flow.recipe_from_outside(at);
  if (!where) return std::nullopt;
  condition.where = std::move(*where);
  return condition;
}

}  // namespace

// A block is lost if no way leads from it to the target, but one does to a return: who comes there
// has missed the target. Only a branch with a lost side decides. One of which both sides lead to
// the target asks nothing, and a side that ends in a panic leads to neither.
std::optional<std::vector<Condition>> conditions_for(LockFlow& flow, std::size_t instruction) {
  const FunctionBody& body = flow.body();
  const auto blocks = body.graph.blocks();
  const std::size_t target = body.graph.block_of(instruction);
  std::vector<std::size_t> ends;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    if (b != target && body.returns(blocks[b])) ends.push_back(b);
  }
  const auto before = body.graph.before();
  const std::vector<bool> comes = leading_to(before, {target}, blocks.size());
  const std::vector<bool> misses = leading_to(before, std::move(ends), target);
  std::vector<Condition> conditions;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    const auto& next = blocks[b].next;
    const auto lost = [&](std::size_t to) { return !comes[to] && misses[to]; };
    if (b == target || !comes[b] || std::ranges::none_of(next, lost)) continue;
    const auto comparison = comparison_in(body, blocks[b]);
    auto condition = comparison && next.size() == 2 ? asked_by(flow, *comparison) : std::nullopt;
    // One branch that is not understood could go either way: then nothing is said at all.
    if (!condition) return std::nullopt;
    const Instruction& branch = body.code[blocks[b].end - 1];
    const auto jumps_to = find_instruction(body.code, branch.destination);
    const bool jump_is_lost = jumps_to && lost(body.graph.block_of(*jumps_to));
    condition->equal = (branch.taken == Taken::if_equal) != jump_is_lost;
    conditions.push_back(std::move(*condition));
  }
  return conditions;
}

}  // namespace goknot::target
