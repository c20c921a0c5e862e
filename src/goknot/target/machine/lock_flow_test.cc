// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/machine/lock_flow.h"

#include "tests/support/machine_writer.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using Writer = testing_support::MachineWriter;

constexpr std::int32_t kFrame = Writer::kFrame;
constexpr Register kRax = Writer::kRax, kRcx = Writer::kRcx, kRdx = Writer::kRdx, kRdi = 7,
                   kSp = Writer::kSp;

// func (h *Hub) f() { h.mu.Lock(); wait(); h.mu.Unlock() }
Writer plain() {
  Writer code;
  code.spill(kFrame, kRax).plus(kRax, 8).lock();                // 0 1 2
  code.call();                                                  // 3
  code.load(kRax, kSp, kFrame).plus(kRax, 8).unlock().leave();  // 4 5 6 7
  return code;
}

TEST(LockFlow, BetweenLockAndUnlockItHoldsTheLock) {
  const LocksAtPlace locks = plain().look(3);
  ASSERT_EQ(locks.held.size(), 1U);
  ASSERT_TRUE(locks.held[0].where);
  EXPECT_EQ(locks.held[0].where->start, Recipe::Start::word);
  EXPECT_EQ(locks.held[0].where->number, 0);  // the first word of the caller's frame …
  EXPECT_EQ(locks.held[0].where->steps[0].add, 8);
  EXPECT_TRUE(locks.released.empty());
}

TEST(LockFlow, WhileItLocksOrUnlocksItDoesNot) {
  EXPECT_TRUE(plain().look(2).held.empty());
  EXPECT_TRUE(plain().look(6).held.empty());
}

// func (s *Shards) Inc(i int) { s.all[i].mu.Lock(); wait(); s.all[i].mu.Unlock() }
TEST(LockFlow, AnElementOfAnArrayIsTheSameWhereverItsAddressIsTaken) {
  Writer code;
  code.element(kRcx, kRax, kRdx).element(kRdi, kRax, kRdx);        // 0 1
  code.spill(0x10, kRcx).inlined_lock_with_slow_part(kRcx, kRdi);  // 2 3 4 5 6
  code.call().load(kRax, kSp, 0x10).unlock().leave();              // 7 8 9 10
  EXPECT_TRUE(code.look(6).held.empty());
  EXPECT_EQ(code.look(7).held.size(), 1U);
}

// Not optimised: the receiver and the index are loaded from where they were spilled, and the
// address is computed anew for each call. It is kept nowhere, so the frame has to say it in two
// words.
TEST(LockFlow, AnElementIsFoundAgainByItsArrayAndItsIndex) {
  Writer code;
  code.spill(kFrame, kRax).spill(kFrame + 8, kRcx);  // 0 1
  const auto address = [&] {
    code.load(kRdx, kSp, kFrame).load(kRcx, kSp, kFrame + 8);
    code.element(kRax, kRdx, kRcx).plus(kRax, 8);
  };
  address();
  code.lock().call();  // 6 7
  address();
  code.unlock().leave();
  const LocksAtPlace locks = code.look(7);
  ASSERT_EQ(locks.held.size(), 1U);
  ASSERT_TRUE(locks.held[0].where);
  const Recipe index{Recipe::Start::word, 8, {{.add = 0}}};
  const Recipe element{
      Recipe::Start::word, 0, {{.add = 0}, {.add = 8, .scale = 16, .index = {index}}}};
  EXPECT_EQ(*locks.held[0].where, element);
}

// func (s *Shards) lock(i int) { s.all[i].mu.Lock() }
TEST(LockFlow, ACallerIsToldWhichElementIsTaken) {
  Writer code;
  code.element(kRax, kRax, kRcx).plus(kRax, 8).lock().leave();
  const auto effects = code.follow()->effects();
  ASSERT_EQ(effects.size(), 1U);
  const Recipe index{Recipe::Start::entered, kRcx, {{.add = 0}}};
  const Recipe element{
      Recipe::Start::entered, kRax, {{.add = 0}, {.add = 8, .scale = 16, .index = {index}}}};
  EXPECT_EQ(effects[0].where, element);

  Writer caller;
  caller.spill(0x10, kRax).spill(0x18, kRdx);                                    // 0 1
  caller.move(kRcx, kRdx).lock_by(element).call();                               // 2 3 4
  caller.load(kRax, kSp, 0x10).load(kRdx, kSp, 0x18).element(kRax, kRax, kRdx);  // 5 6 7
  caller.plus(kRax, 8).unlock().leave();
  ASSERT_EQ(caller.look(4).held.size(), 1U);
  EXPECT_TRUE(caller.look(4).held[0].where);
}

// The quick part tries the lock through one register, and the slow part is called with another that
// was loaded from elsewhere: nothing shows that both are one lock.
TEST(LockFlow, WhoEntersTheSlowPartHasNotTakenWhatItTriedUnderAnotherName) {
  Writer code;
  code.load(kRcx, kRax, 8).load(kRdi, kRdx, 0).spill(0x10, kRcx);  // 0 1 2
  code.inlined_lock_with_slow_part(kRcx, kRdi);                    // 3 4 5 6
  code.load(kRax, kSp, 0x10).unlock().leave();                     // 7 8 9
  EXPECT_TRUE(code.look(6).held.empty());
}

// Where the lock is released is elsewhere: perhaps in the call.
TEST(LockFlow, WithoutAnUnlockBehindNothingIsSaid) {
  Writer code;
  code.spill(kFrame, kRax).lock().call().leave();
  EXPECT_TRUE(code.look(2).held.empty());
}

TEST(LockFlow, AnUnlockOfSomethingElseIsNone) {
  Writer code;
  code.spill(kFrame, kRax).lock().call();
  code.load(kRax, kSp, kFrame).plus(kRax, 16).unlock().leave();
  EXPECT_TRUE(code.look(2).held.empty());
}

//     if … { mu.Lock() }; wait(); mu.Unlock()
TEST(LockFlow, ALockOnOneOfTwoWaysIsNoLock) {
  Writer code;
  code.spill(kFrame, kRax).branch(3).lock();             // 0 1 2
  code.call().load(kRax, kSp, kFrame).unlock().leave();  // 3 4 5 6
  EXPECT_TRUE(code.look(3).held.empty());
}

//     mu.Lock(); if … { mu.Unlock(); later(); return }; wait(); mu.Unlock()
TEST(LockFlow, AnEarlyReturnWithItsOwnUnlockIsAnotherWay) {
  Writer code;
  code.spill(kFrame, kRax).lock().branch(7);             // 0 1 2
  code.call().load(kRax, kSp, kFrame).unlock().leave();  // 3 4 5 6
  code.load(kRax, kSp, kFrame).unlock().call().leave();  // 7 8 9 10
  EXPECT_EQ(code.look(3).held.size(), 1U);
  EXPECT_TRUE(code.look(9).held.empty());
}

//     func (c *Cond) Wait() { c.L.Unlock(); wait(); c.L.Lock(); … }
TEST(LockFlow, WhatIsGivenUpAroundAWaitIsReleased) {
  Writer code;
  code.spill(kFrame, kRax).unlock().call();            // 0 1 2
  code.load(kRax, kSp, kFrame).lock().call().leave();  // 3 4 5 6
  const LocksAtPlace during = code.look(2);
  ASSERT_EQ(during.released.size(), 1U);
  EXPECT_FALSE(during.released[0].own);
  EXPECT_TRUE(during.released[0].where);
  EXPECT_EQ(code.look(4).released.size(), 1U);  // it waits for the lock
  EXPECT_TRUE(code.look(5).released.empty());
}

//     for { mu := next(); mu.Lock(); wait(); mu.Unlock() }
TEST(LockFlow, TheLockOfThePreviousRoundIsNotThatOfThis) {
  Writer code;
  code.call().spill(0x28, kRax).lock();           // 0 1 2: the next one, from a call
  code.call();                                    // 3
  code.load(kRax, kSp, 0x28).unlock().branch(0);  // 4 5 6
  code.leave();                                   // 7
  EXPECT_EQ(code.look(3).held.size(), 1U);
  EXPECT_TRUE(code.look(0).held.empty());
}

//     mu.Lock(); unlockElsewhere(); mu.Lock(); mu.Unlock()
TEST(LockFlow, WhoLocksNextHasBeenUnlockedBySomethingElse) {
  Writer code;
  code.spill(kFrame, kRax).lock().call();         // 0 1 2
  code.load(kRax, kSp, kFrame).lock();            // 3 4
  code.load(kRax, kSp, kFrame).unlock().leave();  // 5 6 7
  EXPECT_TRUE(code.look(2).held.empty());
}

TEST(LockFlow, AnOverwrittenSlotNoLongerTellsWhichLock) {
  Writer code;
  code.spill(0x28, kRax).lock().spill(0x28, kRcx).call();  // 0 1 2 3
  code.load(kRax, kSp, 0x28).unlock().leave();
  EXPECT_TRUE(code.look(3).held.empty());  // what is unlocked is something else
}

TEST(LockFlow, AJumpIntoAnInstructionIsNotUnderstood) {
  EXPECT_TRUE(Writer().branch(2).call().leave().follow());
  EXPECT_FALSE(Writer().branch_to(Writer::at(2) + 1).call().leave().follow());
}

//     func (h *Hub) lock() { h.mu.Lock() }
TEST(LockFlow, TheCallersOfAFunctionAreGivenTheLockItLeavesLocked) {
  Writer code;
  code.plus(kRax, 8).lock().leave();

  const auto effects = code.follow()->effects();

  ASSERT_EQ(effects.size(), 1U);
  EXPECT_EQ(effects[0].function.action, LockFunction::Action::acquires);
  EXPECT_EQ(effects[0].where.start, Recipe::Start::entered);
  EXPECT_EQ(effects[0].where.number, kRax);
  EXPECT_EQ(effects[0].where.steps, (std::vector<Recipe::Step>{{.add = 8}}));
}

//     defer func() { h.mu.Unlock() }()    // rdx holds the closure, and h is its second word
TEST(LockFlow, AClosureReleasesWhatItCaptured) {
  Writer code;
  code.load(kRax, kRdx, 8).plus(kRax, 24).unlock().leave();

  const auto effects = code.follow()->effects();

  ASSERT_EQ(effects.size(), 1U);
  EXPECT_EQ(effects[0].function.action, LockFunction::Action::releases);
  EXPECT_EQ(effects[0].where.number, kRdx);
  EXPECT_EQ(effects[0].where.steps,
            (std::vector<Recipe::Step>{{.add = 8, .follow = true}, {.add = 24}}));
}

//     func f() { if … { mu.Unlock(); return }; return }
TEST(LockFlow, WhatIsReleasedOnOneOfTwoWaysIsNoEffect) {
  Writer code;
  code.branch(3).unlock().leave().leave();
  EXPECT_TRUE(code.follow()->effects().empty());
}

TEST(LockFlow, WhereTwoWaysMeetAReleaseOnOneOfThemIsNotSure) {
  Writer code;  // if x { mu.Unlock() }
  code.plus(kRax, 8).branch(3).unlock().leave();

  const auto effects = code.follow()->effects();

  ASSERT_EQ(effects.size(), 1U);
  EXPECT_FALSE(effects[0].always);
}

//     func (h *Hub) f() { h.mu.Lock(); defer h.mu.Unlock() }
TEST(LockFlow, WhatADeferMayGiveUpIsNoEffect) {
  Writer code;
  code.plus(kRax, 8).lock().leave().defer();
  EXPECT_TRUE(code.follow()->effects().empty());
}

//     func (h *Hub) unlock() { h.mu.Unlock() }
TEST(LockFlow, AReleaseOfWhatItHasNotTakenIsForeign) {
  Writer code;
  code.plus(kRax, 8).unlock().leave();

  const auto found = code.follow()->foreign_releases();

  ASSERT_EQ(found.size(), 1U);
  ASSERT_TRUE(found[0].where);
  EXPECT_EQ(found[0].where->steps, (std::vector<Recipe::Step>{{.add = 8}}));
  EXPECT_TRUE(plain().follow()->foreign_releases().empty());
}

//     lock(name, h); wait(); unlock(name, h)    // where lock(_, h) takes h.mu
TEST(LockFlow, WhatACalleeIsGivenAsItsSecondArgumentMayBeTheLock) {
  const Recipe second{Recipe::Start::entered, kRcx, {{.add = 8}}};
  Writer code;
  code.spill(kFrame, kRcx).lock_by(second).call();         // 0 1 2
  code.load(kRcx, kSp, kFrame).unlock_by(second).leave();  // 3 4 5

  const LocksAtPlace locks = code.look(2);

  ASSERT_EQ(locks.held.size(), 1U);
  EXPECT_EQ(locks.held[0].where->steps[0].add, 8);
}

TEST(LockFlow, InACalleeThatGivesTheLockUpItMayStillHaveIt) {
  const Recipe first{Recipe::Start::entered, kRax, {{.add = 0}}};
  Writer code;
  code.spill(kFrame, kRax).lock().load(kRax, kSp, kFrame).unlock_by(first).call().leave();
  EXPECT_EQ(code.look(3).held.size(), 1U);
  EXPECT_TRUE(code.look(4).held.empty());
}

//     func f() { mu.Unlock(); wait(); mu.Lock() }    // afterwards the caller has it as before
TEST(LockFlow, WhatIsOnlyLentIsNoEffect) {
  Writer code;
  code.spill(kFrame, kRax).unlock().call().load(kRax, kSp, kFrame).lock().leave();
  EXPECT_TRUE(code.follow()->effects().empty());
}

TEST(LockFlow, ACalleeMayLockAVariable) {
  const Recipe variable{Recipe::Start::number, 0x601000, {{.add = 0}}};
  Writer code;
  code.lock_by(variable).call().unlock_by(variable).leave();

  const LocksAtPlace locks = code.look(1);

  ASSERT_EQ(locks.held.size(), 1U);
  EXPECT_EQ(locks.held[0].where->start, Recipe::Start::number);
  EXPECT_EQ(locks.held[0].where->number, 0x601000);
}

// func (h *Hub) f() { if !h.mu.TryLock() { wait(); return }; wait(); h.mu.Unlock() }
Writer trying() {
  Writer code;
  code.spill(kFrame, kRax).plus(kRax, 8).try_lock().branch(5);  // 0 1 2 3
  code.jump(7).call().leave();                                  // 4 5 6
  code.call();                                                  // 7
  code.load(kRax, kSp, kFrame).plus(kRax, 8).unlock().leave();  // 8 9 10 11
  return code;
}

TEST(LockFlow, WhoMustUnlockBehindATryLockHasTheLock) {
  const LocksAtPlace locks = trying().look(7);
  ASSERT_EQ(locks.held.size(), 1U);
  EXPECT_EQ(locks.held[0].where->steps[0].add, 8);
}

TEST(LockFlow, WhoGoesOutWithoutUnlockingMayHaveFailedToLock) {
  EXPECT_TRUE(trying().look(5).held.empty());
}

TEST(LockFlow, WhileItTriesItHasNothing) { EXPECT_TRUE(trying().look(2).held.empty()); }

//     for !mu.TryLock() { wait(); … }; wait(); mu.Unlock()
TEST(LockFlow, BeforeItAsksAgainItHasNothing) {
  Writer code;
  code.spill(kFrame, kRax).load(kRax, kSp, kFrame).try_lock().branch(6);  // 0 1 2 3
  code.call().branch(1);                                                  // 4 5
  code.call().load(kRax, kSp, kFrame).unlock().leave();                   // 6 7 8 9
  EXPECT_TRUE(code.look(4).held.empty());
  EXPECT_EQ(code.look(6).held.size(), 1U);
}

TEST(LockFlow, WhatWasTriedAndIsReleasedIsItsOwn) {
  EXPECT_TRUE(trying().follow()->foreign_releases().empty());
}

TEST(LockFlow, WhatItLocksAndUnlocksItselfIsNoEffect) {
  EXPECT_TRUE(plain().follow()->effects().empty());
}

}  // namespace
}  // namespace goknot::target
