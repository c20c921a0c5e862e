// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::culprit_of;
using testing_support::diagnose_dump;
using testing_support::findings_of;
using testing_support::sketch;

TEST(MixedCycle, AHolderThatAsksAPoolWhoseWorkersWantTheLock) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    1 [running]
      main.main() main.go:12
    20 [chan send, 5 minutes]
      main.(*Pool).Go(0xc000010000) pool.go:20
      main.(*Hub).Publish(0xc000020000) hub.go:33
      by main.serve in 1
    30-31 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:50
      main.(*Pool).work(0xc000010000) pool.go:40
      by main.NewPool in 1
    40 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020008
      main.(*Hub).Add(0xc000020000) hub.go:70
      by main.serve in 1)"));

  EXPECT_EQ(findings_of(d), "mixed-cycle cycle deadlock likely: 20 30 31 < 40");
  EXPECT_EQ(culprit_of(d), "main.(*Hub).Publish");
}

TEST(MixedCycle, WaitersThatBelongToNobodyAskedMakeNoCycle) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20 [chan send, 5 minutes]
      main.(*Hub).Publish(0xc000020000) hub.go:33
      by main.serve in 1
    30-31 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:50
      by main.serve in 1)")),
            "lock-held-across-wait orphan deadlock likely: 20 < 30 31");
}

TEST(MixedCycle, ALoopThatStartedTheWaitersHoldsNothingWhileItWaitsForWork) {
  EXPECT_EQ(findings_of(sketch(R"(
    busy
    1 [running]
      main.main() main.go:12
    20 [chan receive]
      main.(*Hub).run(0xc000020000) hub.go:33
      by main.main in 1
    30-31 [sync.Mutex.Lock]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:50
      main.work() hub.go:90
      by main.(*Hub).run in 20)")),
            "");
}

TEST(MixedCycle, WorkersThatHandOnWorkToTheirOwnPool) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    1 [running]
      main.main() main.go:12
    20-23 [chan send, 5 minutes]
      main.(*Pool).Go(0xc000010000) pool.go:20
      main.walk() walk.go:15
      main.(*Pool).Go.func1() pool.go:24
      by main.(*Pool).Go in 1)"));

  EXPECT_EQ(findings_of(d), "mixed-cycle cycle deadlock likely: 20 21 22 23");
  EXPECT_EQ(culprit_of(d), "main.(*Pool).Go");
}

TEST(MixedCycle, ABusyPoolIsNotStuckWhileNobodyWaitsForLong) {
  EXPECT_EQ(findings_of(sketch(R"(
    busy
    1 [running]
      main.main() main.go:12
    20 [chan send]
      main.(*Pool).Go(0xc000010000) pool.go:20
      main.walk() walk.go:15
      main.(*Pool).Go.func1() pool.go:24
      by main.(*Pool).Go in 1)")),
            "");
}

TEST(MixedCycle, ASenderStartedByAnotherFunctionDoesNotFeedItself) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20 [chan send, 5 minutes]
      main.(*Pool).Go(0xc000010000) pool.go:20
      main.produce() walk.go:15
      by main.main in 1)")),
            "");
}

}  // namespace
}  // namespace goknot::analysis
