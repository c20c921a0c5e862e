// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/machine/machine_state.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using Kind = Value::Kind;

TEST(MachineState, WhatTheCallerPassedIsThereUntilItIsOverwritten) {
  Values values;
  MachineState state;
  EXPECT_EQ(state.slot(values, 8), values.root(Kind::passed, 8));
  EXPECT_EQ(state.slot(values, -8), ValueId::unknown);
  state.lose_slots(8, 16);
  EXPECT_EQ(state.slot(values, 8), ValueId::unknown);
  EXPECT_EQ(state.slot(values, 16), values.root(Kind::passed, 16));
}

TEST(MachineState, AStoreIntoHalfOfAWordSpoilsIt) {
  Values values;
  MachineState state;
  state.set_slot(-16, values.root(Kind::entered, 0));
  state.lose_slots(-12, -8);
  EXPECT_EQ(state.slot(values, -16), ValueId::unknown);
}

TEST(MachineState, WhereWaysMeetWhatDiffersHasANameOfItsOwn) {
  Values values;
  MachineState one, other;
  one.registers[0] = other.registers[0] = values.root(Kind::entered, 0);
  one.registers[1] = values.root(Kind::entered, 1);
  other.registers[1] = values.root(Kind::entered, 2);
  const MachineState* states[] = {&one, &other};
  const MachineState met = meet(values, states, 7);
  EXPECT_EQ(met.registers[0], one.registers[0]);
  EXPECT_EQ(values[met.registers[1]].kind, Kind::merged);
}

TEST(MachineState, WhatComesRoundALoopUnchangedKeepsItsName) {
  Values values;
  MachineState in, round;
  in.registers[0] = values.root(Kind::entered, 0);
  round.registers[0] = values.root(Kind::entered, 5);
  const MachineState* first[] = {&in, &round};
  round.registers[0] = meet(values, first, 3).registers[0];  // of the first pass
  EXPECT_EQ(meet(values, first, 3).registers[0], in.registers[0]);
}

TEST(MachineState, HeldIsWhatAllHoldAndReleasedWhatAnyReleased) {
  Values values;
  const LockFact a{.lock = values.root(Kind::entered, 0)}, b{.lock = values.root(Kind::entered, 1)};
  MachineState one, other;
  one.held = {a, b};
  other.held = {b};
  other.released = {a};
  const MachineState* states[] = {&one, &other};
  const MachineState met = meet(values, states, 1);
  EXPECT_EQ(met.held, std::vector<LockFact>{b});
  EXPECT_EQ(met.released, std::vector<LockFact>{a});
}

}  // namespace
}  // namespace goknot::target
