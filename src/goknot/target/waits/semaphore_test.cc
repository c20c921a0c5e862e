// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/waits/semaphore.h"

#include "tests/support/parked_goroutine.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::ParkedGoroutine;

constexpr Address kSudog = ParkedGoroutine::kSudog;
constexpr Address kOther = ParkedGoroutine::kOther;
constexpr Address kObject = ParkedGoroutine::kObject;

// The word of a Mutex: bit 0 locked, bit 1 woken, bit 2 starving, from bit 3 on the number of
// waiters (internal/sync/mutex.go). Its semaphore lies 4 bytes behind.
TEST(SemaphoreWaits, TheSudogTellsTheSemaphoreOfAMutex) {
  ParkedGoroutine parked({26, 0});
  parked.waits(WaitReason::mutex_lock, kSudog).sudog(kSudog, 0, 0, kObject + 4);
  parked.calls(
      {"runtime.gopark", "runtime.semacquire1", "internal/sync.(*Mutex).lockSlow", "main.f"}, 0, 0);
  parked.memory.put(kObject, std::uint32_t{2U << 3U | 1U});

  ASSERT_EQ(parked.read().size(), 1U);
  EXPECT_EQ(parked.object().kind, ObjectKind::mutex);
  EXPECT_EQ(parked.object().address, kObject);
  EXPECT_EQ(parked.state().locked, true);
  EXPECT_EQ(parked.state().starving, false);
  EXPECT_EQ(parked.state().waiters, 2);
}

TEST(SemaphoreWaits, BeforeGo126TheStackTellsIt) {
  ParkedGoroutine parked({25, 0});
  parked.waits(WaitReason::mutex_lock);
  parked.calls({"runtime.semacquire1", "internal/sync.(*Mutex).lockSlow", "main.f"}, kObject + 4,
               0);
  parked.memory.put(kObject, std::uint32_t{1U << 3U | 4U | 1U});

  ASSERT_EQ(parked.read().size(), 1U);
  EXPECT_EQ(parked.object().address, kObject);
  EXPECT_EQ(parked.state().starving, true);
}

TEST(SemaphoreWaits, AWriterWaitsForReadersOrBehindAWriter) {
  for (const bool behind : {false, true}) {
    ParkedGoroutine parked({25, 0});
    parked.waits(WaitReason::rwmutex_lock);
    if (behind) {
      parked.calls({"runtime.semacquire1", "internal/sync.(*Mutex).lockSlow",
                    "sync.(*RWMutex).Lock", "main.f"},
                   kObject + 4, 0);
    } else {
      parked.calls({"runtime.semacquire1", "sync.(*RWMutex).Lock", "main.f"}, kObject + 8, 0);
    }
    // Two readers have it, one came behind the writer; a second writer waits for the first.
    parked.memory.put(kObject, std::uint32_t{1U << 3U | 1U});
    parked.memory.put(kObject + 16, std::int32_t{3 - (1 << 30)});
    parked.memory.put(kObject + 20, std::int32_t{2});

    ASSERT_EQ(parked.read().size(), 1U);
    EXPECT_EQ(parked.snapshot.waits.front().writer_queued, !behind);
    EXPECT_EQ(parked.snapshot.waits.front().operation, Operation::lock);
    EXPECT_EQ(parked.object().kind, ObjectKind::rwmutex);
    EXPECT_EQ(parked.object().address, kObject);
    EXPECT_EQ(parked.state().readers, 2);
    EXPECT_EQ(parked.state().writer_pending, true);
    EXPECT_EQ(parked.state().locked, false);
    EXPECT_EQ(parked.state().waiters, 3);
  }
}

TEST(SemaphoreWaits, AReaderWaitsForTheWriterThatHasIt) {
  ParkedGoroutine parked({19, 0});
  parked.waits(WaitReason::semacquire);
  parked.calls({"runtime.semacquire1", "sync.(*RWMutex).RLock", "main.f"}, kObject + 12, 0);
  parked.memory.put(kObject, std::uint32_t{1});
  parked.memory.put(kObject + 16, std::int32_t{1 - (1 << 30)});

  ASSERT_EQ(parked.read().size(), 1U);
  EXPECT_EQ(parked.snapshot.waits.front().operation, Operation::rlock);
  EXPECT_EQ(parked.object().address, kObject);
  EXPECT_EQ(parked.state().locked, true);
  EXPECT_EQ(parked.state().readers, 0);
  EXPECT_EQ(parked.state().waiters, 1);
}

// The counter is the upper half of 8 bytes, the number of waiters the lower one. To go1.17 they
// stand where an address is divisible by 8, and the semaphore is what is left of the 12 bytes.
TEST(SemaphoreWaits, AWaitGroupOfAnyReleaseIsDecoded) {
  struct Case {
    std::uint16_t minor;
    Address group, words, semaphore;  // offsets from kObject
  };
  for (const Case& c :
       {Case{17, 0, 0, 8}, Case{17, 4, 8, 4}, Case{18, 0, 0, 8}, Case{26, 0, 0, 8}}) {
    ParkedGoroutine parked({c.minor, 0});
    parked.waits(WaitReason::semacquire, c.minor == 26 ? kSudog : 0);
    parked.sudog(kSudog, 0, 0, kObject + c.semaphore);
    parked.calls({"runtime.semacquire1", "sync.(*WaitGroup).Wait", "main.f"}, kObject + c.semaphore,
                 0);
    parked.memory.put(kObject + c.words, std::uint64_t{3} << 32U | 1U);

    ASSERT_EQ(parked.read().size(), 1U) << c.minor;
    EXPECT_EQ(parked.object().address, kObject + c.group) << c.minor;
    EXPECT_EQ(parked.state().counter, 3) << c.minor;
    EXPECT_EQ(parked.state().waiters, 1) << c.minor;
  }
}

TEST(SemaphoreWaits, ACondTellsItsLock) {
  ParkedGoroutine parked({24, 0});
  parked.waits(WaitReason::cond_wait);
  parked.calls({"sync.runtime_notifyListWait", "sync.(*Cond).Wait", "main.f"}, kObject + 16, 0);
  parked.memory.put(kObject + 8, kOther);
  parked.memory.put(kObject + 16, std::uint32_t{7});
  parked.memory.put(kObject + 20, std::uint32_t{5});

  ASSERT_EQ(parked.read().size(), 1U);
  EXPECT_EQ(parked.object().kind, ObjectKind::cond);
  EXPECT_EQ(parked.object().address, kObject);
  EXPECT_EQ(parked.object().cond_lock, kOther);
  EXPECT_EQ(parked.state().waiters, 2);
}

TEST(SemaphoreWaits, AnOnceIsNotItsMutex) {
  ParkedGoroutine parked({25, 0});
  parked.waits(WaitReason::mutex_lock);
  parked.calls(
      {"runtime.semacquire1", "internal/sync.(*Mutex).lockSlow", "sync.(*Once).doSlow", "main.f"},
      kObject + 8, 0);
  parked.memory.put(kObject + 4, std::uint32_t{1U << 3U | 1U});

  ASSERT_EQ(parked.read().size(), 1U);
  EXPECT_EQ(parked.object().kind, ObjectKind::once);
  EXPECT_EQ(parked.object().address, kObject);
  EXPECT_EQ(parked.state().waiters, 1);
}

TEST(SemaphoreWaits, ASemaphoreInsideTheRuntimeIsNobodysObject) {
  ParkedGoroutine parked({25, 0});
  parked.waits(WaitReason::semacquire);
  parked.calls({"runtime.semacquire1", "runtime.semacquire", "runtime.GC", "main.f"}, kObject, 0);
  EXPECT_TRUE(parked.read().empty());
}

TEST(SemaphoreWaits, ASemaphoreIsToldByTheSudogWhereNoArgumentTells) {
  for (const bool inexact : {true, false}) {  // go1.17 does not say which are
    ParkedGoroutine parked({inexact ? 21 : 17, 0});
    parked.waits(WaitReason::semacquire).sudog(kSudog, 0, 0, kObject + 4);
    parked.calls({"runtime.semacquire1", "sync.(*Mutex).lockSlow", "main.main"}, kOther + 4, 0);
    parked.keeps_elsewhere(kSudog, inexact);
    parked.memory.put(kObject, std::uint32_t{1U << 3U | 1U});

    ASSERT_EQ(parked.read().size(), 1U);
    EXPECT_EQ(parked.object().address, kObject);
    EXPECT_EQ(parked.object().kind, ObjectKind::mutex);
  }
}

TEST(SemaphoreWaits, AStaleRecordOfAnotherGoroutineDoesNotTellTheLock) {
  ParkedGoroutine parked({26, 0});
  parked.waits(WaitReason::mutex_lock, kSudog).sudog(kSudog, 0, 0, kOther + 4);
  parked.put(kSudog, parked.layout.sudog.g, kOther);
  parked.calls({"runtime.semacquire1", "internal/sync.(*Mutex).lockSlow", "main.f"}, 0, 0);
  parked.memory.put(kOther, std::uint32_t{1U << 3U | 1U});

  EXPECT_TRUE(parked.read().empty());
}

TEST(SemaphoreWaits, AnAddressThatIsNoneOfASemaphoreIsNoLock) {
  ParkedGoroutine parked({25, 0});
  parked.waits(WaitReason::mutex_lock);
  parked.calls({"runtime.semacquire1", "internal/sync.(*Mutex).lockSlow", "main.f"}, kObject + 6,
               0);
  parked.memory.put(kObject + 2, std::uint32_t{1U << 3U | 1U});

  EXPECT_TRUE(parked.read().empty());
}

TEST(SemaphoreWaits, WhatIsCalledOutsideOfTheMachineryDoesNotCount) {
  ParkedGoroutine parked({25, 0});
  parked.waits(WaitReason::semacquire);
  parked.calls({"runtime.semacquire1", "main.f", "sync.(*WaitGroup).Wait"}, kObject + 8, 0);
  parked.memory.put(kObject, std::uint64_t{3} << 32U | 1U);

  EXPECT_TRUE(parked.read().empty());
}

TEST(SemaphoreWaits, OnlyALockThatIsTakenOrHasAQueueAdmitsWaiters) {
  ObjectState state;
  EXPECT_FALSE(admits_waiters(ObjectKind::mutex, state));
  EXPECT_TRUE(admits_waiters(ObjectKind::lock, state));

  state.locked = true;
  EXPECT_TRUE(admits_waiters(ObjectKind::mutex, state));

  state = {};
  state.waiters = 1;
  EXPECT_TRUE(admits_waiters(ObjectKind::mutex, state));
}

TEST(SemaphoreWaits, TheBitOfABubbleIsNoWaiter) {
  ParkedGoroutine parked({26, 0});
  parked.waits(WaitReason::wait_group_wait, kSudog).sudog(kSudog, 0, 0, kObject + 8);
  parked.calls({"runtime.semacquire1", "sync.(*WaitGroup).Wait", "main.f"}, 0, 0);
  parked.memory.put(kObject, std::uint64_t{2} << 32U | 0x80000001U);

  ASSERT_EQ(parked.read().size(), 1U);
  EXPECT_EQ(parked.state().waiters, 1);
  EXPECT_EQ(parked.state().counter, 2);
}

}  // namespace
}  // namespace goknot::target
