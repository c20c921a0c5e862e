// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/machine/disassembly.h"

#include <absl/container/flat_hash_set.h>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace goknot::target {

// Instructions that are executed one after the other: entered at the first, left behind the last.
struct Block {
  std::size_t begin = 0;  // of the instructions
  std::size_t end = 0;
  std::vector<std::size_t> next;  // blocks that may follow
};

// The ways through a function.
// Go code for
//
//     if cold { return }
//     mu.Lock()
//
// has three blocks: up to the branch, the return, the call with what follows. A call does not end a
// block, but for one that never comes back, such as runtime.panicIndex.
class FlowGraph {
 public:
  // `final_calls` are the addresses of functions that do not come back; `memory` holds the tables
  // through which a switch jumps. A jump of which it is not known where it goes may go to the
  // beginning of any block. None if a jump leads into the middle of an instruction.
  static std::optional<FlowGraph> make(const Memory& memory, std::span<const Instruction> code,
                                       const absl::flat_hash_set<Address>& final_calls);

  std::span<const Block> blocks() const { return blocks_; }
  // The block of an instruction.
  std::size_t block_of(std::size_t instruction) const { return block_of_[instruction]; }
  // For each instruction whether some way leads to it from behind another one.
  std::vector<bool> ahead_of(std::size_t instruction) const;
  // For each block those that it may follow on.
  std::vector<std::vector<std::size_t>> before() const;

 private:
  std::vector<Block> blocks_;
  std::vector<std::size_t> block_of_;
};

// The instruction that holds an address, none if no instruction does.
std::optional<std::size_t> find_instruction(std::span<const Instruction> code, Address address);

}  // namespace goknot::target
