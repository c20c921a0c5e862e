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

// A function whose instructions a test writes; its stack pointer stands 0x40 below the caller's
// frame, and what lies below -0x30 is passed to callees.
class MachineTest : public testing::Test {
 protected:
  static constexpr Register kRax = 0, kRcx = 1, kRdx = 2, kRsp = 4, kRbp = 5, kRdi = 7;
  static constexpr Address kCallee = 0x500000;

  MachineTest() { body_.own_slots = -0x30; }

  static LockStep that(LockStep::Kind kind, const LockFunction& function = {}) {
    return {.kind = kind, .function = function};
  }
  // Adds an instruction and executes it; its number.
  std::size_t step(Instruction instruction) {
    const std::size_t number = add(instruction);
    machine_.step(number, state_);
    return number;
  }
  std::size_t add(Instruction instruction) {
    instruction.address = 0x401000 + 4 * body_.code.size();
    instruction.size = 4;
    if (instruction.target != kNoRegister) instruction.written |= 1U << instruction.target;
    body_.code.push_back(instruction);
    body_.sp.push_back(-0x40);
    return body_.code.size() - 1;
  }
  // A call of something that does this to a lock; executed as far as to the call, or past it.
  std::size_t add_call(LockStep lock) {
    const std::size_t number = add({.deed = Deed::call, .destination = kCallee});
    body_.steps.emplace(number, lock);
    return number;
  }
  void call(LockStep::Kind kind) { machine_.step(add_call(that(kind)), state_); }

  static Instruction load(Register target, Register base, std::int64_t at) {
    return {.deed = Deed::load,
            .target = target,
            .memory = {.base = base, .displacement = at, .size = 8}};
  }
  static Instruction store(std::int64_t at, Register source, std::uint32_t size = 8) {
    return {.deed = Deed::store,
            .source = source,
            .memory = {.base = kRsp, .displacement = at, .size = size}};
  }
  ValueId entered(Register r) { return values_.root(Kind::entered, r); }

  FunctionBody body_;
  Values values_;
  Machine machine_{body_, values_};
  MachineState state_ = machine_.entry();
};

TEST_F(MachineTest, AFunctionBeginsWithWhatItWasCalledWith) {
  EXPECT_EQ(state_.registers[kRax], entered(kRax));
  EXPECT_EQ(state_.registers[kRdx], entered(kRdx));
  EXPECT_TRUE(state_.held.empty() && state_.released.empty());
}

TEST_F(MachineTest, MovesAdditionsAndConstantsAreFollowed) {
  step({.deed = Deed::move, .target = kRcx, .source = kRax});
  EXPECT_EQ(state_.registers[kRcx], entered(kRax));

  step({.deed = Deed::add_constant, .target = kRcx, .source = kRcx, .memory = {.displacement = 8}});
  EXPECT_EQ(state_.registers[kRcx], values_.sum(entered(kRax), 8));

  step({.deed = Deed::constant, .target = kRcx, .memory = {.displacement = 7}});
  EXPECT_EQ(state_.registers[kRcx], values_.root(Kind::constant, 7));
}

TEST_F(MachineTest, AWordThatWasPutOnTheStackComesBack) {
  step(store(0x20, kRax));
  step({.deed = Deed::constant, .target = kRax, .memory = {.displacement = 0}});
  step(load(kRcx, kRsp, 0x20));

  EXPECT_EQ(state_.registers[kRcx], entered(kRax));
}

TEST_F(MachineTest, HalfAWordThatIsWrittenMakesItAnother) {
  step(store(0x20, kRax));
  step(store(0x24, kRdx, 4));
  step(load(kRcx, kRsp, 0x20));

  EXPECT_EQ(values_[state_.registers[kRcx]].kind, Kind::made);
}

TEST_F(MachineTest, AStoreWithoutABoundLosesAllAboveIt) {
  step(store(0x10, kRax));
  step(store(0x20, kRdx));
  step(store(0x18, kNoRegister, Operand::kUnbounded));

  EXPECT_EQ(state_.slot(values_, -0x40 + 0x10), entered(kRax));
  EXPECT_EQ(state_.slot(values_, -0x40 + 0x20), ValueId::unknown);
  EXPECT_EQ(state_.slot(values_, 8), ValueId::unknown);
}

TEST_F(MachineTest, AnUnknownWordReadTwiceIsTheSame) {
  step(load(kRcx, kRsp, 0x20));
  step(load(kRdx, kRsp, 0x20));

  EXPECT_EQ(state_.registers[kRcx], state_.registers[kRdx]);
}

TEST_F(MachineTest, MemoryElsewhereIsNamedByWhatPointsToIt) {
  step(load(kRcx, kRax, 8));
  EXPECT_EQ(state_.registers[kRcx], values_.pointed_to(values_.sum(entered(kRax), 8)));

  // Somebody writes through another pointer: the word of a pointer is taken to stay.
  step({.deed = Deed::store, .source = kRdx, .memory = {.base = kRdx, .size = 8}});
  step(load(kRbp, kRax, 8));
  EXPECT_EQ(state_.registers[kRbp], state_.registers[kRcx]);
}

TEST_F(MachineTest, WhatIsNotUnderstoodLeavesSomethingNew) {
  step({.deed = Deed::other, .written = 1U << kRax | 1U << kRdx});

  EXPECT_EQ(values_[state_.registers[kRax]].kind, Kind::made);
  EXPECT_NE(state_.registers[kRax], state_.registers[kRdx]);
  EXPECT_EQ(state_.registers[kRcx], entered(kRcx));
}

TEST_F(MachineTest, RoundALoopWhatAnInstructionMadeBeforeIsForgotten) {
  const std::size_t again = step({.deed = Deed::other, .written = 1U << kRax});
  step({.deed = Deed::move, .target = kRcx, .source = kRax});
  state_.held.push_back({.lock = state_.registers[kRax]});
  state_.released.push_back({.lock = state_.registers[kRax]});

  machine_.step(again, state_);

  EXPECT_EQ(state_.registers[kRcx], ValueId::unknown);
  EXPECT_TRUE(state_.held.empty());
  EXPECT_EQ(state_.released.at(0).lock, ValueId::unknown) << "it may be any";
}

TEST_F(MachineTest, ACallLeavesResultsAndOwnSlots) {
  step(store(0x20, kRax));
  step(store(0x00, kRax));
  step({.deed = Deed::call, .destination = kCallee});

  EXPECT_EQ(values_[state_.registers[kRax]].kind, Kind::made);
  EXPECT_EQ(state_.registers[kRbp], ValueId::unknown);
  EXPECT_EQ(state_.slot(values_, -0x40 + 0x20), entered(kRax)) << "a slot of its own";
  EXPECT_EQ(state_.slot(values_, -0x40), ValueId::unknown) << "what was passed";
}

TEST_F(MachineTest, AQuietCallOnlyWritesWhereItIsTold) {
  body_.quiet_calls = {{kCallee, 16}};
  step(store(0x20, kRax));
  step(store(0x30, kRax));
  step({.deed = Deed::address, .target = kRdi, .memory = {.base = kRsp, .displacement = 0x20}});
  step({.deed = Deed::call, .destination = kCallee});

  EXPECT_EQ(state_.registers[kRbp], entered(kRbp));
  EXPECT_EQ(state_.slot(values_, -0x40 + 0x20), ValueId::unknown);
  EXPECT_EQ(state_.slot(values_, -0x40 + 0x30), entered(kRax));
}

TEST_F(MachineTest, ALockIsHeldFromTheCallOnUntilItIsGivenUp) {
  step(store(0x20, kRax));
  call(LockStep::Kind::takes);
  EXPECT_EQ(state_.held, (std::vector<LockFact>{{.lock = entered(kRax)}}));

  step(load(kRax, kRsp, 0x20));
  call(LockStep::Kind::gives);
  EXPECT_TRUE(state_.held.empty());
  EXPECT_EQ(state_.released, (std::vector<LockFact>{{.lock = entered(kRax), .own = true}}));
}

TEST_F(MachineTest, AnUnlockOfAnUnknownLockGivesUpAll) {
  call(LockStep::Kind::takes);
  state_.registers[kRax] = ValueId::unknown;
  call(LockStep::Kind::gives);

  EXPECT_TRUE(state_.held.empty());
  EXPECT_EQ(state_.released.at(0).lock, ValueId::unknown);
}

TEST_F(MachineTest, AnUnlockForWritingLeavesTheReaders) {
  const LockFunction read{.kind = ObjectKind::rwmutex, .mode = Operation::rlock};
  const LockFunction write{.kind = ObjectKind::rwmutex, .mode = Operation::lock};
  machine_.step(add_call(that(LockStep::Kind::takes, read)), state_);
  state_.registers[kRax] = entered(kRax);
  machine_.step(add_call(that(LockStep::Kind::gives, write)), state_);

  EXPECT_EQ(state_.held.size(), 1U);
  EXPECT_FALSE(state_.released.at(0).own);
}

TEST_F(MachineTest, WhoWasOnlyAskedMayHaveItOrNot) {
  call(LockStep::Kind::tries);

  EXPECT_TRUE(state_.held.empty());
  EXPECT_EQ(state_.tried.size(), 1U);
}

TEST_F(MachineTest, InsideTheCallNothingIsTakenYetAndNothingHeldAnyMore) {
  const std::size_t lock = add_call(that(LockStep::Kind::takes));
  machine_.enter_call(lock, state_);
  EXPECT_TRUE(state_.held.empty());

  state_.held = {{.lock = entered(kRax)}};
  machine_.enter_call(add_call(that(LockStep::Kind::gives)), state_);
  EXPECT_TRUE(state_.held.empty());
  EXPECT_TRUE(state_.released.empty()) << "it has not come back";
}

TEST_F(MachineTest, ALockOnTheStackIsTheFirstArgumentOfOlderReleases) {
  body_.first_argument = FirstArgument::on_stack;
  step(store(0, kRcx));

  EXPECT_EQ(machine_.lock_of(add_call(that(LockStep::Kind::takes)), state_), entered(kRcx));
}

TEST_F(MachineTest, ACalleeMayLockWhatItFindsInWhatItWasGiven) {
  LockStep lock = that(LockStep::Kind::takes);
  lock.where = {.start = Recipe::Start::entered, .number = kRcx, .steps = {{8, true}, {16, false}}};

  const ValueId found = machine_.lock_of(add_call(lock), state_);

  EXPECT_EQ(found, values_.sum(values_.pointed_to(values_.sum(entered(kRcx), 8)), 16));
}

TEST_F(MachineTest, APlaceWithAnUnknownIndexIsUnknown) {
  const std::size_t known =
      add({.memory = {.base = kRax, .indexed = true, .index = kRcx, .scale = 8}});
  const std::size_t vector = add({.memory = {.base = kRax, .indexed = true}});
  const std::size_t absolute = add({.memory = {.displacement = 0x1234}});

  EXPECT_EQ(machine_.place_of(known, state_), values_.indexed(entered(kRax), entered(kRcx), 8));
  EXPECT_EQ(machine_.place_of(vector, state_), ValueId::unknown);
  EXPECT_EQ(machine_.place_of(absolute, state_), values_.sum(values_.root(Kind::constant), 0x1234));
}

}  // namespace
}  // namespace goknot::target
