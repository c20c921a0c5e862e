// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/holds.h"

#include "tests/support/written_code.h"

#include <gtest/gtest.h>

#include <vector>

namespace goknot::target {
namespace {

using testing_support::WrittenCode;

constexpr Address kGoroutines = 0xc000000000;
constexpr Address kLock = 0xc000100000;

std::uint64_t at(std::int32_t offset) { return static_cast<std::uint64_t>(offset); }

// Parked goroutines with deferred calls.
class Deferring : public testing::Test {
 protected:
  Deferring() {
    code_.memory().map(kGoroutines, kGoroutines + 0x4000).map(kLock, kLock + 0x1000);
    code_.memory().put(kLock, std::uint32_t{1});  // locked
  }

  static Address g(std::int64_t id) { return kGoroutines + 0x400 * static_cast<Address>(id); }
  const Layout& layout() { return code_.code().layout(); }
  // A goroutine that stands somewhere with that call pending.
  void add(std::int64_t id, const Site& site, const PendingCall& call) {
    const std::uint32_t parked = 4;  // runtime/runtime2.go _Gwaiting
    code_.memory().put(g(id) + at(layout().g.goid), id);
    code_.memory().put(g(id) + at(layout().g.atomicstatus), parked);
    std::vector<std::byte> bytes(record_size(layout()));
    code_.memory().read(g(id), bytes);
    const Activation activation{.site = &site};
    Specimen specimen;
    specimen.look = Look::steady;
    specimen.record = read_record(layout(), g(id), bytes);
    specimen.activations = std::span(&activation, 1);
    const std::uint32_t depths[] = {0};
    const FrameId frames[] = {site.calls.back().frame};
    Goroutine& goroutine = code_.snapshot().goroutines.emplace_back();
    goroutine.id = id;
    goroutine.stack = code_.snapshot().stacks.add(frames);
    holds_.note(specimen, {}, std::span(&call, 1), depths, goroutine.stack);
    marks_.push_back({.goroutine = g(id), .key = key_of(specimen.record)});
  }
  const std::vector<Hold>& write() {
    ObjectTable objects(code_.snapshot());
    holds_.write(code_.snapshot(), marks_, objects);
    return code_.snapshot().holds;
  }

  WrittenCode code_;
  Holds holds_{code_.code()};
  std::vector<Mark> marks_;
};

// They stand in main.down and have deferred the Unlock of a mutex.
class HoldsTest : public Deferring {
 protected:
  HoldsTest() {
    code_.call("main.callsInlined");
    returns_to_ = code_.here();
    code_.leave();
  }

  void add(std::int64_t id, Address lock = kLock) {
    PendingCall unlock;
    unlock.code = code_.function("sync.(*Mutex).Unlock").entry;
    unlock.arguments[0] = lock;
    Deferring::add(id, code_.site(returns_to_), unlock);
  }

  Address returns_to_ = 0;
};

// They stand in another function and have deferred main.down, which is written to unlock a mutex.
class DeferredLiteral : public Deferring {
 protected:
  DeferredLiteral() {
    constexpr Address kPage = WrittenCode::kVariable / 4096 * 4096;
    code_.memory().map(kPage, kPage + 4096).put(WrittenCode::kVariable, std::uint32_t{1});
  }

  WrittenCode& unlock() {
    return code_.take(WrittenCode::kVariable).call("sync.(*Mutex).Unlock").leave();
  }
  std::size_t holds() {
    PendingCall literal;
    literal.code = code_.begin();
    add(1, code_.site(code_.function("main.callsInlined").entry + 5), literal);
    return write().size();
  }
};

//     mu.Lock()
//     defer mu.Unlock()
//     wait()
TEST_F(HoldsTest, WhoIsGoingToUnlockALockedMutexHasIt) {
  add(1);

  const auto& holds = write();

  ASSERT_EQ(holds.size(), 1U);
  EXPECT_EQ(holds[0].goroutine, 0U);
  EXPECT_EQ(holds[0].evidence, HoldEvidence::pending_unlock);
  EXPECT_EQ(holds[0].strength, HoldStrength::exact);
  EXPECT_EQ(code_.snapshot().objects[holds[0].object.index()].address, kLock);
}

TEST_F(HoldsTest, NobodyHasAMutexThatIsNotLocked) {
  add(1);
  code_.memory().put(kLock, std::uint32_t{0});

  EXPECT_TRUE(write().empty());
}

TEST_F(HoldsTest, NobodyHasWhatCannotBeRead) {
  add(1, kLock + 0x100000);

  EXPECT_TRUE(write().empty());
}

TEST_F(HoldsTest, WhoHasMovedSinceItWasCopiedHasNothing) {
  add(1);
  code_.memory().byte(g(1) + at(layout().g.tracking_seq)) ^= std::byte{1};

  EXPECT_TRUE(write().empty());
}

TEST_F(HoldsTest, WhoIsAnotherGoroutineByNowHasNothing) {
  add(1);
  code_.memory().put(g(1) + at(layout().g.goid), std::int64_t{9});

  EXPECT_TRUE(write().empty());
}

// One of them has given it up in between, and will take it again: nobody knows which.
TEST_F(HoldsTest, TwoCannotBothHaveAMutexForSure) {
  add(1);
  add(2);

  const auto& holds = write();

  ASSERT_EQ(holds.size(), 2U);
  EXPECT_EQ(holds[0].strength, HoldStrength::likely);
  EXPECT_EQ(holds[1].strength, HoldStrength::likely);
}

TEST_F(HoldsTest, TwoMutexesMayHaveAHolderEach) {
  code_.memory().put(kLock + 8, std::uint32_t{1});
  add(1);
  add(2, kLock + 8);

  const auto& holds = write();

  ASSERT_EQ(holds.size(), 2U);
  EXPECT_EQ(holds[0].strength, HoldStrength::exact);
  EXPECT_EQ(holds[1].strength, HoldStrength::exact);
}

TEST_F(HoldsTest, WhatAFunctionOnTheWayMayHaveReleasedIsNotToldWhereNobodyWaits) {
  code_.take(kLock).call("sync.(*Mutex).Unlock").leave();
  add(1);

  EXPECT_TRUE(write().empty());
}

// func f(lock bool) { if lock { mu.Lock() }; defer func() { if lock { mu.Unlock() } }(); … }
TEST_F(DeferredLiteral, WhoOnlyMayUnlockAMutexAndWasNotSeenToLockItDoesNotHaveIt) {
  constexpr std::uint8_t kRelease = 12;  // bytes of take and call
  code_.branch_over(kRelease);
  unlock();

  EXPECT_EQ(holds(), 0U);
}

TEST_F(DeferredLiteral, WhoAlwaysUnlocksItDoes) {
  unlock();

  EXPECT_EQ(holds(), 1U);
}

// Goroutines that have deferred func() { if t.writes { mu.Unlock() } }; the first waits for mu.
class Transactions : public DeferredLiteral {
 protected:
  static constexpr Address kWrites = 0xc000200000, kReads = 0xc000201000;

  Transactions() {
    constexpr std::uint8_t kFirst = 8, kRelease = 12;  // a word of a funcval; bytes of take, call
    code_.take_captured(kFirst).skip_if_zero(0, kRelease);
    unlock();
    code_.memory().map(kWrites, kReads + 0x1000);
    code_.memory().byte(kWrites) = std::byte{1};
    code_.add_queue();
  }

  void add(std::int64_t id, Address transaction) {
    PendingCall literal;
    literal.code = code_.begin();
    literal.captured[0] = transaction;
    Deferring::add(id, code_.site(code_.function("main.callsInlined").entry + 5), literal);
  }
};

TEST_F(Transactions, WhoseCallWouldReleaseALockThatNobodyElseHasHasItAsFarAsItSeems) {
  add(1, kReads);
  add(2, kWrites);
  add(3, kReads);

  const auto& holds = write();

  ASSERT_EQ(holds.size(), 1U);
  EXPECT_EQ(holds[0].goroutine, 1U);
  EXPECT_EQ(holds[0].strength, HoldStrength::likely);
}

TEST_F(Transactions, OfTwoItIsTheOneThatDoesNotWaitForTheLock) {
  add(1, kWrites);
  add(2, kWrites);

  const auto& holds = write();

  ASSERT_EQ(holds.size(), 1U);
  EXPECT_EQ(holds[0].goroutine, 1U);
}

TEST_F(Transactions, OfTwoThatDoNotWaitNobodyKnows) {
  add(1, kReads);
  add(2, kWrites);
  add(3, kWrites);

  EXPECT_TRUE(write().empty());
}

}  // namespace
}  // namespace goknot::target
