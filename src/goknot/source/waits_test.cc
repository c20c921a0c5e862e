// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/waits.h"

#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::source {
namespace {

using testing_support::read_dump;
using testing_support::sketch;

// The object that a row of the goroutines waits for.
const WaitObject* object_of(const Series& series, std::uint32_t row) {
  const Snapshot& snapshot = series.snapshots.front();
  for (const Wait& wait : snapshot.waits) {
    if (wait.goroutine == row && wait.object) return &snapshot.objects[wait.object.index()];
  }
  return nullptr;
}

TEST(Waits, OneAddressIsOneObject) {
  const Series series = read_dump(sketch(R"(
    5-6 [sync.Mutex.Lock]
      lock 0xc000020008
      main.f() f.go:1
    7 [sync.Mutex.Lock]
      lock 0xc000020010
      main.f() f.go:1)"));

  ASSERT_NE(object_of(series, 0), nullptr);
  EXPECT_EQ(object_of(series, 0), object_of(series, 1));
  EXPECT_NE(object_of(series, 0), object_of(series, 2));
  EXPECT_EQ(object_of(series, 0)->address, 0xc000020008U);
  EXPECT_EQ(object_of(series, 0)->identity, Identity::exact);
}

TEST(Waits, AStaleArgumentIsNoAddress) {
  const Series series = read_dump(sketch(R"(
    5 [sync.WaitGroup.Wait]
      wait 0xc000020008?
      main.f() f.go:1
    6 [sync.WaitGroup.Wait]
      wait 0xc000020008
      main.f() f.go:1)"));

  EXPECT_FALSE(object_of(series, 0)->address.has_value());
  EXPECT_EQ(object_of(series, 1)->address, 0xc000020008U);
  EXPECT_NE(object_of(series, 0), object_of(series, 1));
}

TEST(Waits, AnAddressOfOldReleasesIsInexactUnlessAlwaysLive) {
  const Series series = read_dump(R"(goroutine 5 [semacquire]:
sync.runtime_SemacquireMutex(0xc00001205c, 0x0, 0x1)
	/usr/local/go/src/runtime/sema.go:71 +0x47
sync.(*Mutex).lockSlow(0xc000012058)
	/usr/local/go/src/sync/mutex.go:138 +0xfc
sync.(*Mutex).Lock(...)
	/usr/local/go/src/sync/mutex.go:81
main.count(...)
	/src/main.go:10

goroutine 6 [semacquire]:
sync.runtime_Semacquire(0xc000012098)
	/usr/local/go/src/runtime/sema.go:56 +0x42
sync.(*WaitGroup).Wait(0xc000012090)
	/usr/local/go/src/sync/waitgroup.go:130 +0x64
main.gather()
	/src/main.go:20 +0x20
)");

  EXPECT_EQ(object_of(series, 0)->identity, Identity::exact);
  EXPECT_EQ(object_of(series, 0)->address, 0xc000012058U);
  EXPECT_EQ(object_of(series, 1)->identity, Identity::inexact);
}

TEST(Waits, ReadersJoinTheWriterOfTheirReceiver) {
  const Series series = read_dump(sketch(R"(
    5 [sync.RWMutex.RLock]
      rlock
      main.(*Hub).Count(0xc000020000) hub.go:5
    6 [sync.RWMutex.Lock]
      wlock 0xc000020018
      main.(*Hub).Add(0xc000020000) hub.go:9
    7 [sync.RWMutex.RLock]
      rlock
      main.(*Hub).Count(0xc000055000) hub.go:5)"));

  EXPECT_EQ(object_of(series, 0), object_of(series, 1));
  EXPECT_NE(object_of(series, 2), object_of(series, 1));
  EXPECT_EQ(object_of(series, 0)->kind, ObjectKind::rwmutex);
}

TEST(Waits, TwoLocksOfOneReceiverAreNotGuessedApart) {
  const Series series = read_dump(sketch(R"(
    5 [sync.RWMutex.RLock]
      rlock
      main.(*Hub).Count(0xc000020000) hub.go:5
    6 [sync.RWMutex.Lock]
      wlock 0xc000020018
      main.(*Hub).Add(0xc000020000) hub.go:9
    7 [sync.Mutex.Lock]
      lock 0xc000020080
      main.(*Hub).Log(0xc000020000) hub.go:30)"));

  EXPECT_FALSE(object_of(series, 0)->address.has_value());
}

TEST(Waits, ALockFarFromTheReceiverIsNotItsOwn) {
  const Series series = read_dump(sketch(R"(
    5 [sync.Mutex.Lock]
      lock 0xc000990000
      main.(*Hub).Add(0xc000020000) hub.go:5
    6 [sync.Mutex.Lock]
      lock 0xc000020008
      main.(*Hub).Add(0xc000020000) hub.go:5)"));

  EXPECT_FALSE(object_of(series, 0)->owner.has_value());
  EXPECT_EQ(object_of(series, 1)->owner, 0xc000020000U);
}

TEST(Waits, WhoMovesWaitsForNothing) {
  const Series series = read_dump(sketch(R"(
    5 [running]
      main.f() f.go:1
    6 [runnable]
      main.f() f.go:1)"));

  EXPECT_TRUE(series.snapshots.front().waits.empty());
}

TEST(Waits, SocketsAndTimersAreNobodysCommonObject) {
  const Series series = read_dump(sketch(R"(
    5 [IO wait]
      netread
      main.f() f.go:1
    6 [sleep]
      sleep
      main.f() f.go:1)"));

  EXPECT_EQ(series.snapshots.front().waits.size(), 2U);
  EXPECT_TRUE(series.snapshots.front().objects.empty());
}

TEST(Waits, WhatASourceKnowsStays) {
  Series series = read_dump(sketch("5 [chan send]\n main.f() f.go:1"));
  Snapshot& snapshot = series.snapshots.front();
  snapshot.waits.front().operation = Operation::receive;

  add_waits(snapshot);

  ASSERT_EQ(snapshot.waits.size(), 1U);
  EXPECT_EQ(snapshot.waits.front().operation, Operation::receive);
}

constexpr std::string_view kWriterAndClosure = R"(
    5 [sync.RWMutex.Lock]
      wlock 0xc000020028
      main.(*Hub).Drop(0xc000020000) hub.go:50
    6 [sync.RWMutex.RLock]
      rlock
      main.(*Hub).send.func1() hub.go:30
      main.(*Pool).work(0xc000030000) pool.go:9)";

TEST(Waits, AClosureOfTheOnlyOwnerReadsItsLock) {
  const Series series = read_dump(sketch(kWriterAndClosure));

  ASSERT_NE(object_of(series, 0), nullptr);
  EXPECT_EQ(object_of(series, 0), object_of(series, 1));
}

TEST(Waits, AClosureOfOneOfTwoOwnersIsNotTold) {
  const Series series = read_dump(sketch(std::string(kWriterAndClosure) + R"(
    7 [sync.RWMutex.Lock]
      wlock 0xc000040028
      main.(*Hub).Drop(0xc000040000) hub.go:50)"));

  EXPECT_NE(object_of(series, 0), object_of(series, 1));
}

}  // namespace
}  // namespace goknot::source
