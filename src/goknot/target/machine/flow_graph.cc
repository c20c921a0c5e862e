// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/machine/flow_graph.h"

#include <algorithm>
#include <numeric>

namespace goknot::target {

namespace {

constexpr std::size_t kMostCases = 4096;   // of a switch
constexpr std::size_t kTableDistance = 6;  // instructions before a jump that may name its table

// Works out where the instructions of a function lead.
// In two passes: first all instructions are marked at which a block begins, because something jumps
// there or something before them jumps away; then the blocks are cut at the marks and linked.
class Builder {
 public:
  Builder(const Memory& memory, std::span<const Instruction> code,
          const absl::flat_hash_set<Address>& final_calls)
      : memory_(memory), code_(code), final_calls_(final_calls), leads_(code.size()) {}

  bool run() {
    if (code_.empty()) return false;
    leads_[0] = true;
    for (std::size_t i = 0; i < code_.size(); ++i) {
      if (!note_leaders(i)) return false;
    }
    return true;
  }
  std::vector<Block> blocks() const;

 private:
  bool is_inside(Address address) const {
    return address >= code_.front().address && address < code_.back().end();
  }
  bool note_leader(Address address);
  bool note_leaders(std::size_t i);
  bool ends_here(const Instruction& instruction) const;
  std::vector<Address> targets(std::size_t i) const;
  std::vector<Address> cases(std::size_t i) const;

  const Memory& memory_;
  std::span<const Instruction> code_;
  const absl::flat_hash_set<Address>& final_calls_;
  std::vector<bool> leads_;  // a block begins here
};

bool Builder::ends_here(const Instruction& instruction) const {
  switch (instruction.deed) {
    case Deed::jump:
    case Deed::leave:
    case Deed::trap:
      return true;
    case Deed::call:
      return final_calls_.contains(instruction.destination);
    default:
      return false;
  }
}

// The addresses in the table of a switch: `lea table; jmp [table + 8 * i]`. Empty if there is none.
// The table has no length of its own. It is read until a word is met that does not lead into the
// function; entries of the next table may be read along, if that belongs to the same function. That
// only adds ways, and a way too many makes us say less, never more.
std::vector<Address> Builder::cases(std::size_t i) const {
  std::vector<Address> found;
  const Operand& operand = code_[i].memory;
  for (std::size_t back = 1; back <= std::min(i, kTableDistance); ++back) {
    const Instruction& before = code_[i - back];
    const bool names = before.deed == Deed::address && before.target == operand.base &&
                       before.memory.base == kNoRegister && !before.memory.indexed;
    if (!names) continue;
    auto at = static_cast<Address>(before.memory.displacement + operand.displacement);
    for (; found.size() < kMostCases; at += sizeof(Address)) {
      const auto target = memory_.read<Address>(at);
      if (!target || !is_inside(*target)) break;
      found.push_back(*target);
    }
    break;
  }
  return found;
}

// Where an instruction may lead but to the next one; what leaves the function is left out.
std::vector<Address> Builder::targets(std::size_t i) const {
  const Instruction& instruction = code_[i];
  if (instruction.deed != Deed::jump && instruction.deed != Deed::branch) return {};
  if (instruction.destination == 0) return cases(i);
  if (!is_inside(instruction.destination)) return {};
  return {instruction.destination};
}

// A jump into the middle of an instruction means that the bytes were taken apart in another rhythm
// than the processor takes them: nothing of the function can be trusted then.
bool Builder::note_leader(Address address) {
  const auto found = find_instruction(code_, address);
  if (!found || code_[*found].address != address) return false;
  leads_[*found] = true;
  return true;
}

bool Builder::note_leaders(std::size_t i) {
  const Instruction& instruction = code_[i];
  const bool splits = instruction.deed == Deed::branch || ends_here(instruction);
  if (splits && i + 1 < code_.size()) leads_[i + 1] = true;
  return std::ranges::all_of(targets(i), [this](Address to) { return note_leader(to); });
}

std::vector<Block> Builder::blocks() const {
  std::vector<Block> blocks;
  std::vector<std::size_t> number(code_.size());
  for (std::size_t i = 0; i < code_.size(); ++i) {
    if (leads_[i]) blocks.push_back({.begin = i, .end = i, .next = {}});
    blocks.back().end = i + 1;
    number[i] = blocks.size() - 1;
  }
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    const std::size_t last = blocks[b].end - 1;
    const Instruction& instruction = code_[last];
    std::vector<std::size_t>& next = blocks[b].next;
    if (!ends_here(instruction) && last + 1 < code_.size()) next.push_back(b + 1);
    const auto to = targets(last);
    for (const Address address : to) next.push_back(number[*find_instruction(code_, address)]);
    // Any block could follow. What is true on all ways is then true of very little.
    const bool unknown =
        instruction.deed == Deed::jump && instruction.destination == 0 && to.empty();
    if (unknown) {
      next.resize(blocks.size());
      std::iota(next.begin(), next.end(), std::size_t{0});
    }
    std::ranges::sort(next);
    next.erase(std::ranges::unique(next).begin(), next.end());
  }
  return blocks;
}

}  // namespace

std::optional<std::size_t> find_instruction(std::span<const Instruction> code, Address address) {
  const auto after = std::ranges::upper_bound(code, address, {}, &Instruction::address);
  if (after == code.begin() || address >= (after - 1)->end()) return std::nullopt;
  return static_cast<std::size_t>(after - 1 - code.begin());
}

std::optional<FlowGraph> FlowGraph::make(const Memory& memory, std::span<const Instruction> code,
                                         const absl::flat_hash_set<Address>& final_calls) {
  Builder builder(memory, code, final_calls);
  if (!builder.run()) return std::nullopt;
  FlowGraph graph;
  graph.blocks_ = builder.blocks();
  graph.block_of_.resize(code.size());
  for (std::size_t b = 0; b < graph.blocks_.size(); ++b) {
    for (std::size_t i = graph.blocks_[b].begin; i < graph.blocks_[b].end; ++i) {
      graph.block_of_[i] = b;
    }
  }
  return graph;
}

std::vector<bool> FlowGraph::ahead_of(std::size_t instruction) const {
  std::vector<bool> ahead(block_of_.size());
  const auto enter = [&ahead](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) ahead[i] = true;
  };
  const Block& first = blocks_[block_of_[instruction]];
  enter(instruction + 1, first.end);
  std::vector<bool> seen(blocks_.size());
  std::vector<std::size_t> todo = first.next;
  while (!todo.empty()) {
    const std::size_t block = todo.back();
    todo.pop_back();
    if (seen[block]) continue;
    seen[block] = true;
    enter(blocks_[block].begin, blocks_[block].end);
    todo.insert(todo.end(), blocks_[block].next.begin(), blocks_[block].next.end());
  }
  return ahead;
}

std::vector<std::vector<std::size_t>> FlowGraph::before() const {
  std::vector<std::vector<std::size_t>> before(blocks_.size());
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    for (const std::size_t next : blocks_[b].next) before[next].push_back(b);
  }
  return before;
}

}  // namespace goknot::target
