// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/function_table.h"

#include "tests/support/recorded_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing::EndsWith;
using testing::SizeIs;
using testing_support::RecordedProgram;

// One release of each format of the tables.
class FunctionTableOf : public testing::TestWithParam<const char*> {
 protected:
  RecordedProgram program_{GetParam()};
  const FunctionTable& table_ = program_.table();
};

INSTANTIATE_TEST_SUITE_P(Formats, FunctionTableOf,
                         testing::Values("go1.13", "go1.15", "go1.16", "go1.18", "go1.20",
                                         "go1.27"));

TEST_P(FunctionTableOf, FindsAFunctionByAnyAddressInIt) {
  const Function down = program_.function("main.down");

  const auto first = table_.find(down.entry);
  const auto last = table_.find(table_.end_of(down) - 1);

  ASSERT_TRUE(first && last);
  EXPECT_EQ(table_.name(*first), "main.down");
  EXPECT_EQ(last->entry, down.entry);
}

TEST_P(FunctionTableOf, FindsNothingOutsideOfTheText) {
  const Range& functions = table_.module().functions;

  EXPECT_FALSE(table_.find(functions.begin - 1));
  EXPECT_FALSE(table_.find(functions.end));
  EXPECT_FALSE(table_.find(Address{0}));
  EXPECT_FALSE(table_.find(~Address{0}));
}

TEST_P(FunctionTableOf, KnowsFileAndLineOfACall) {
  const Address pc = program_.return_address("main.down", "main.go:73") - 1;

  const Position position = table_.position(program_.function("main.down"), pc);

  EXPECT_THAT(std::string(position.file), EndsWith("main.go"));
  EXPECT_EQ(position.line, 73U);
}

TEST_P(FunctionTableOf, KnowsHowDeepTheStackIsAtACall) {
  const Address pc = program_.return_address("main.down", "main.go:73") - 1;

  const auto delta = table_.stack_delta(program_.function("main.down"), pc);

  ASSERT_TRUE(delta);
  EXPECT_GT(*delta, 0);
  EXPECT_EQ(*delta % 8, 0);
}

TEST_P(FunctionTableOf, TakesInlinedCallsApart) {
  const Function function = program_.function("main.callsInlined");
  const Address pc = program_.return_address("main.callsInlined", "main.go:82") - 1;

  const auto calls = table_.inlined(*program_.memory, function, pc);

  ASSERT_THAT(calls, SizeIs(4));
  EXPECT_EQ(calls[0].name, "main.inner");
  EXPECT_EQ(calls[1].name, "main.middle");
  EXPECT_EQ(calls[2].name, "main.outer");
  EXPECT_EQ(calls[3].name, "main.callsInlined");
  EXPECT_EQ(calls[0].position.line, 77U);
  EXPECT_EQ(calls[3].position.line, 82U);
}

TEST_P(FunctionTableOf, ATreeThatCannotBeReadLeavesTheFunctionItself) {
  const Function function = program_.function("main.callsInlined");
  const Address pc = program_.return_address("main.callsInlined", "main.go:82") - 1;
  const Address tree = table_.funcdata(function, program_.program.layout.funcdata.inl_tree);
  program_.memory->lose(tree, tree + 256);

  const auto calls = table_.inlined(*program_.memory, function, pc);

  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_EQ(calls[0].name, "main.callsInlined");
}

TEST_P(FunctionTableOf, HasNoFuncdataOrPcdataBeyondTheLast) {
  const Function function = program_.function("main.down");

  EXPECT_EQ(table_.funcdata(function, function.funcdata), 0U);
  EXPECT_EQ(table_.funcdata(function, -1), 0U);
  const auto last = static_cast<std::int32_t>(function.pcdata);
  EXPECT_EQ(table_.pcdata(function, last, function.entry), -1);
  EXPECT_EQ(table_.pcdata(function, -1, function.entry), -1);
}

TEST_P(FunctionTableOf, IsDamagedIfATableIsMissing) {
  const Module& module = table_.module();
  program_.memory->lose(module.records.data, module.records.data + 16);

  const auto again = FunctionTable::read(*program_.memory, program_.program.layout, module);

  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, Kind::damaged);
}

TEST_P(FunctionTableOf, IsDamagedIfItContradictsTheModule) {
  Module module = table_.module();
  module.functions.end += 16;

  const auto again = FunctionTable::read(*program_.memory, program_.program.layout, module);

  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().message, "the table of functions contradicts itself");
}

TEST_P(FunctionTableOf, IsDamagedIfASliceLeavesTheTables) {
  Module module = table_.module();
  module.index.size = std::uint64_t{1} << 60U;

  EXPECT_FALSE(FunctionTable::read(*program_.memory, program_.program.layout, module));
}

TEST(FunctionTable, KnowsWhereAFunctionBeginsFromGo120On) {
  const RecordedProgram program("go1.27");

  EXPECT_EQ(program.function("main.down").start_line, 69U);
}

}  // namespace
}  // namespace goknot::target
