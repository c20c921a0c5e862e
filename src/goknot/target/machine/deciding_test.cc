// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/machine/deciding.h"

#include "tests/support/machine_writer.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using Writer = testing_support::MachineWriter;
using Conditions = std::optional<std::vector<Condition>>;

constexpr Register kRax = Writer::kRax, kRcx = Writer::kRcx, kRbx = 3;

Conditions conditions(Writer code, std::size_t instruction) {
  auto flow = code.follow();
  return flow ? conditions_for(*flow, instruction) : std::nullopt;
}

Recipe argument(std::int64_t offset) { return {Recipe::Start::entered, kRax, {{.add = offset}}}; }

TEST(Deciding, WhatIsAlwaysDoneAsksForNothing) {
  EXPECT_EQ(conditions(Writer().call().leave(), 0), Conditions(std::in_place));
}

// if t.writes { wait() }
TEST(Deciding, AFlagThatIsTestedHasToBeSet) {
  const auto found = conditions(Writer().branch_if_byte(kRax, 8, 0, 3).call().leave(), 2);
  ASSERT_EQ(found, (std::vector{Condition{argument(8), 1, 0, false}}));
}

// if t.writes { return }; wait()
TEST(Deciding, OneThatLeadsOutMustNot) {
  Writer code;
  code.branch_if_byte(kRax, 8, 0, 3).leave().call().leave();
  EXPECT_EQ(conditions(code, 3), (std::vector{Condition{argument(8), 1, 0, true}}));
}

// if t.on == nil { return }; wait()
TEST(Deciding, AWordThatWasLoadedIsThatOfMemory) {
  Writer code;
  code.load(kRcx, kRax, 16).branch_if_null(kRcx, 4).call().leave();
  EXPECT_EQ(conditions(code, 3), (std::vector{Condition{argument(16), 8, 0, false}}));
}

// if t == nil { return }; wait()
TEST(Deciding, AnArgumentIsComparedItself) {
  Writer code;
  code.branch_if_null(kRax, 3).call().leave();
  EXPECT_EQ(conditions(code, 2), (std::vector{Condition{argument(0), 0, 0, false}}));
}

// if t.writes { count() }; wait()
TEST(Deciding, WhatComesTogetherAgainDecidesNothing) {
  Writer code;
  code.branch_if_byte(kRax, 8, 0, 3).call().call().leave();
  EXPECT_EQ(conditions(code, 3), Conditions(std::in_place));
}

// A check of bounds or for nil: whoever got here has passed it.
TEST(Deciding, ASideThatEndsInATrapDecidesNothing) {
  Writer code;
  code.branch_if_byte(kRax, 8, 0, 4).call().leave().trap();
  EXPECT_EQ(conditions(code, 2), Conditions(std::in_place));
}

TEST(Deciding, ABranchThatIsNotUnderstoodSpoilsAll) {
  EXPECT_FALSE(conditions(Writer().branch(2).call().leave(), 1));
}

//     if load() == nil { return }; wait()
TEST(Deciding, OneOnSomethingThatACallGaveSpoilsAll) {
  Writer code;
  code.call().branch_if_null(kRax, 4).call().leave();
  EXPECT_FALSE(conditions(code, 3));
  Writer other;
  other.load(kRbx, Writer::kSp, 8).branch_if_byte(kRbx, 0, 0, 4).call().leave();
  EXPECT_FALSE(conditions(other, 3));
}

// A load leaves the flags alone, an addition sets them.
TEST(Deciding, AComparisonOnlyCountsIfNothingSetsTheFlagsAgain) {
  Writer code;
  code.compare(kRax).load(kRcx, kRax, 8).branch_if_equal(4).call().leave();
  EXPECT_TRUE(conditions(code, 3));
  Writer again;
  again.compare(kRax).plus(kRcx, 8).branch_if_equal(4).call().leave();
  EXPECT_FALSE(conditions(again, 3));
}

}  // namespace
}  // namespace goknot::target
