// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/machine/kept_locks.h"

#include "tests/support/machine_writer.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using Writer = testing_support::MachineWriter;

constexpr std::int32_t kFrame = Writer::kFrame;
constexpr Register kRax = Writer::kRax, kSp = Writer::kSp;

// A function that begins by keeping its receiver.
Writer method() {
  Writer code;
  code.spill(kFrame, kRax);
  return code;
}

// The next instructions take or give up the receiver's lock.
Writer& the_lock(Writer& code) { return code.load(kRax, kSp, kFrame).plus(kRax, 8).lock(); }
Writer& the_unlock(Writer& code) { return code.load(kRax, kSp, kFrame).plus(kRax, 8).unlock(); }

// func (h *Hub) f() { h.mu.Lock(); if … { return }; h.mu.Unlock() }
Writer early_return() {
  Writer code = method();            // 0
  the_lock(code).branch(9);          // 1 2 3, 4
  the_unlock(code).leave().leave();  // 5 6 7, 8, 9
  return code;
}

TEST(KeptLocks, AReturnThatSkipsTheUnlockKeepsTheLock) {
  auto flow = early_return().follow();
  const auto kept = locks_kept(*flow);
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].taken, Writer::at(3));
  EXPECT_EQ(kept[0].origin.start, Recipe::Start::entered);
  EXPECT_EQ(kept[0].origin.number, 0);
  EXPECT_EQ(kept[0].origin.steps, (std::vector<Recipe::Step>{{.add = 8}}));
}

//     h.mu.Lock(); if … { h.mu.Unlock(); return }; h.mu.Unlock()
TEST(KeptLocks, AnUnlockOnEveryWayKeepsNone) {
  Writer code = method();    // 0
  the_lock(code).branch(9);  // 1 2 3, 4
  the_unlock(code).leave();  // 5 6 7, 8
  the_unlock(code).leave();  // 9 10 11, 12
  auto flow = code.follow();
  EXPECT_TRUE(locks_kept(*flow).empty());
}

//     func (h *Hub) lock() { h.mu.Lock() }
TEST(KeptLocks, WhoNeverUnlocksMayBeMeantTo) {
  Writer code = method();
  the_lock(code).leave();
  auto flow = code.follow();
  EXPECT_TRUE(locks_kept(*flow).empty());
}

//     h.mu.Lock(); defer h.mu.Unlock(); if … { return }
TEST(KeptLocks, NothingIsSaidWhereADeferMayUnlock) {
  Writer code = early_return();
  code.defer();
  auto flow = code.follow();
  EXPECT_TRUE(locks_kept(*flow).empty());
}

TEST(KeptLocks, LockedTwiceInARowIsAlwaysTakenBefore) {
  Writer code = method();  // 0
  the_lock(code);          // 1 2 3
  the_lock(code).leave();  // 4 5 6, 7
  auto flow = code.follow();
  EXPECT_FALSE(taken_before(*flow, Writer::at(3)));
  const auto before = taken_before(*flow, Writer::at(6));
  ASSERT_TRUE(before);
  EXPECT_EQ(before->lock.taken, Writer::at(3));
  EXPECT_TRUE(before->always);
}

//     for { h.mu.Lock(); if … { continue }; h.mu.Unlock(); return }
TEST(KeptLocks, ARoundThatDoesNotUnlockMayTakeItAgain) {
  Writer code = method();    // 0
  the_lock(code).branch(1);  // 1 2 3, 4: to the beginning of the next round
  the_unlock(code).leave();  // 5 6 7, 8
  auto flow = code.follow();
  const auto before = taken_before(*flow, Writer::at(3));
  ASSERT_TRUE(before);
  EXPECT_EQ(before->lock.taken, Writer::at(3));
  EXPECT_FALSE(before->always);
}

//     for { h.mu.Lock(); h.mu.Unlock(); if … { return } }
TEST(KeptLocks, ARoundThatUnlocksDoesNot) {
  Writer code = method();
  the_lock(code);                      // 1 2 3
  the_unlock(code).branch(1).leave();  // 4 5 6, 7, 8
  auto flow = code.follow();
  EXPECT_FALSE(taken_before(*flow, Writer::at(3)));
}

//     h.mu.RLock(); h.mu.RLock(); h.mu.Lock()
// Only the third waits for what it has taken before.
TEST(KeptLocks, ASecondReaderIsLetIn) {
  Writer code = method();                       // 0
  code.rlock();                                 // 1
  code.load(kRax, kSp, kFrame).rlock();         // 2 3
  code.load(kRax, kSp, kFrame).lock().leave();  // 4 5, 6
  auto flow = code.follow();
  EXPECT_FALSE(taken_before(*flow, Writer::at(3)));
  EXPECT_TRUE(taken_before(*flow, Writer::at(5)));
}

TEST(KeptLocks, WhatWasInlinedCountsFromWhereItIsTried) {
  Writer code = method();                           // 0
  code.inlined_lock(kRax);                          // 1 2 3
  code.load(kRax, kSp, kFrame).inlined_lock(kRax);  // 4 5 6 7
  code.leave();
  auto flow = code.follow();
  EXPECT_FALSE(taken_before(*flow, Writer::at(3)));
  const auto before = taken_before(*flow, Writer::at(7));
  ASSERT_TRUE(before);
  EXPECT_EQ(before->lock.taken, Writer::at(1));
  EXPECT_TRUE(before->always);
  EXPECT_EQ(lock_wanted_at(*flow, Writer::at(7))->origin.start, Recipe::Start::entered);
}

TEST(KeptLocks, ACallThatTakesNoLockWantsNone) {
  Writer code = method();
  code.call().leave();
  auto flow = code.follow();
  EXPECT_FALSE(lock_wanted_at(*flow, Writer::at(1)));
  EXPECT_FALSE(taken_before(*flow, Writer::at(1)));
}

}  // namespace
}  // namespace goknot::target
