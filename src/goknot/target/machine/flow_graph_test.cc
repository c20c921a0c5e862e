// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/machine/flow_graph.h"

#include "tests/support/fake_memory.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

constexpr Address kBegin = 0x401000;
constexpr Address kPanic = 0x500000;
constexpr Address kTable = 0x600000;

// Instructions of one byte each.
std::vector<Instruction> code_of(std::vector<Instruction> code) {
  for (std::size_t i = 0; i < code.size(); ++i) {
    code[i].address = kBegin + i;
    code[i].size = 1;
  }
  return code;
}

std::vector<std::size_t> after(const FlowGraph& graph, std::size_t instruction) {
  return graph.blocks()[graph.block_of(instruction)].next;
}

TEST(FlowGraph, ABranchLeadsOnAndAway) {
  const auto code = code_of({{.deed = Deed::branch, .destination = kBegin + 2},
                             {.deed = Deed::leave},
                             {.deed = Deed::leave}});
  const auto graph = FlowGraph::make(testing_support::FakeMemory(), code, {});
  ASSERT_TRUE(graph);
  EXPECT_EQ(after(*graph, 0), (std::vector<std::size_t>{1, 2}));
  EXPECT_TRUE(after(*graph, 1).empty());
}

TEST(FlowGraph, WhatIsAheadComesAfterAndInALoopOnceMore) {
  const auto line = code_of({{}, {.deed = Deed::branch, .destination = kBegin + 3}, {}, {}});
  const testing_support::FakeMemory memory;
  EXPECT_EQ(FlowGraph::make(memory, line, {})->ahead_of(1),
            (std::vector<bool>{false, false, true, true}));

  const auto loop = code_of({{}, {}, {.deed = Deed::jump, .destination = kBegin + 1}, {}});
  EXPECT_EQ(FlowGraph::make(memory, loop, {})->ahead_of(2),
            (std::vector<bool>{false, true, true, false}));
}

TEST(FlowGraph, AFinalCallDoesNotComeBack) {
  const auto code = code_of({{.deed = Deed::call, .destination = kPanic}, {.deed = Deed::leave}});
  const testing_support::FakeMemory memory;
  EXPECT_TRUE(after(*FlowGraph::make(memory, code, {kPanic}), 0).empty());
  EXPECT_EQ(FlowGraph::make(memory, code, {})->blocks().size(), 1U);
}

//     lea  table(rip), rcx
//     jmp  [rcx + index*8]
TEST(FlowGraph, ASwitchJumpsThroughItsTable) {
  const auto code = code_of(
      {{.deed = Deed::address, .target = 1, .memory = {.displacement = std::int64_t(kTable)}},
       {.deed = Deed::jump, .memory = {.base = 1, .indexed = true}},
       {.deed = Deed::leave},
       {.deed = Deed::leave},
       {.deed = Deed::leave}});
  testing_support::FakeMemory memory;
  memory.map(kTable, kTable + 0x1000).put(kTable, kBegin + 2).put(kTable + 8, kBegin + 4);
  EXPECT_EQ(after(*FlowGraph::make(memory, code, {}), 1), (std::vector<std::size_t>{1, 3}));
}

TEST(FlowGraph, AJumpToNobodyKnowsWhereMayGoAnywhere) {
  const auto code = code_of({{.deed = Deed::jump}, {.deed = Deed::leave}, {.deed = Deed::leave}});
  const auto graph = FlowGraph::make(testing_support::FakeMemory(), code, {});
  EXPECT_EQ(after(*graph, 0).size(), graph->blocks().size());
}

TEST(FlowGraph, AJumpOutOfTheFunctionLeavesIt) {
  const auto code = code_of({{.deed = Deed::jump, .destination = kPanic}, {.deed = Deed::leave}});
  EXPECT_TRUE(after(*FlowGraph::make(testing_support::FakeMemory(), code, {}), 0).empty());
}

TEST(FlowGraph, AnInstructionIsFoundByAnyOfItsBytes) {
  std::vector<Instruction> code = code_of({{}, {}});
  code[1].size = 5;
  EXPECT_EQ(find_instruction(code, kBegin + 3), std::optional<std::size_t>(1));
  EXPECT_FALSE(find_instruction(code, kBegin + 6));
  EXPECT_FALSE(find_instruction(code, kBegin - 1));
}

}  // namespace
}  // namespace goknot::target
