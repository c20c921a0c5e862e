// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/lock_words.h"

#include "tests/support/fake_memory.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

constexpr std::int32_t kWriter = -(1 << 30);

TEST(LockWords, AMutexIsHeldIfItsLowestBitIsSet) {
  EXPECT_TRUE(is_held({.state = 1}, ObjectKind::mutex, Operation::lock));
  EXPECT_FALSE(is_held({.state = 8}, ObjectKind::mutex, Operation::lock));
}

TEST(LockWords, AWriterHoldsOnceTheReadersHaveLeft) {
  const LockWords waits{.state = 1, .reader_count = kWriter + 2, .reader_wait = 1};
  EXPECT_FALSE(is_held(waits, ObjectKind::rwmutex, Operation::lock));
  EXPECT_TRUE(is_held(waits, ObjectKind::rwmutex, Operation::rlock));
  EXPECT_EQ(waits.readers(), 1);
  const LockWords has{.state = 1, .reader_count = kWriter + 3, .reader_wait = 0};
  EXPECT_TRUE(is_held(has, ObjectKind::rwmutex, Operation::lock));
  EXPECT_FALSE(is_held(has, ObjectKind::rwmutex, Operation::rlock));
}

TEST(LockWords, ReadersAreCountedWhileNoWriterWaits) {
  const LockWords words{.reader_count = 3};
  EXPECT_TRUE(is_held(words, ObjectKind::rwmutex, Operation::rlock));
  EXPECT_FALSE(is_held(words, ObjectKind::rwmutex, Operation::lock));
  ObjectState state;
  describe(words, ObjectKind::rwmutex, state);
  EXPECT_EQ(state.readers, 3);
  EXPECT_EQ(state.writer_pending, false);
  EXPECT_EQ(state.locked, false);
}

TEST(LockWords, TheStateOfAMutexTellsItsQueue) {
  ObjectState state;
  describe({.state = (5U << 3U) | 4U | 1U}, ObjectKind::mutex, state);
  EXPECT_EQ(state.locked, true);
  EXPECT_EQ(state.starving, true);
  EXPECT_EQ(state.waiters, 5);
}

TEST(LockWords, ALockIsReadAgainWhereItsAddressIsKnown) {
  testing_support::FakeMemory memory;
  memory.map(0x1000, 0x2000).put(0x1010, std::uint32_t{(2U << 3U) | 1U});
  WaitObject lock;
  lock.kind = ObjectKind::mutex;
  lock.identity = Identity::exact;
  lock.address = 0x1010;

  EXPECT_EQ(read_lock_state(memory, lock)->waiters, 2);
  lock.identity = Identity::inexact;
  EXPECT_FALSE(read_lock_state(memory, lock));
  lock.identity = Identity::exact;
  lock.address = 0x9000;
  EXPECT_FALSE(read_lock_state(memory, lock));
}

}  // namespace
}  // namespace goknot::target
