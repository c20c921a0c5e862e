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

//     group.Add(len(parts))
//     for _, part := range parts {
//       go func() { if part.ok { group.Done() } }()
//     }
//     group.Wait()              // main.go:31
TEST(WaitGroupStuck, AMissingDonePutsTheProgramToSleep) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    |fatal error: all goroutines are asleep - deadlock!
    1 [sync.WaitGroup.Wait]
      wait 0xc000012070
      main.gather() main.go:31
      main.main() main.go:14)"));

  EXPECT_EQ(findings_of(d), "wait-group-stuck orphan deadlock proved: 1");
  EXPECT_EQ(culprit_of(d), "main.gather");
}

TEST(WaitGroupStuck, ALeakCheckSaysSo) {
  EXPECT_EQ(findings_of(sketch(R"(
    |found unexpected goroutines:
    |[Goroutine 20 in state sync.WaitGroup.Wait, with sync.runtime_SemacquireWaitGroup on top of the stack:
    |sync.runtime_SemacquireWaitGroup(0x0?, 0x0?)
    |	/usr/local/go/src/runtime/sema.go:114 +0x2e
    |sync.(*WaitGroup).Wait(0xc000012070)
    |	/usr/local/go/src/sync/waitgroup.go:206 +0x85
    |example.com/depot.gather.func1()
    |	/src/depot.go:30 +0x2e
    |created by example.com/depot.gather in goroutine 18
    |	/src/depot.go:28 +0x2e
    |])")),
            "wait-group-stuck orphan leak likely: 20");
}

TEST(WaitGroupStuck, MainMayWaitForItsWorkers) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [sync.WaitGroup.Wait, 500 minutes]
      wait 0xc000012070
      main.main() main.go:14
    7 [running]
      main.work() main.go:50
      by main.main in 1)")),
            "");
}

TEST(WaitGroupStuck, AgeAloneIsNothing) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20-24 [sync.WaitGroup.Wait, 500 minutes]
      wait 0xc000012070
      main.gather() main.go:31
      main.serve() main.go:14
      by main.main in 1)")),
            "");
}

TEST(WaitGroupStuck, WhoWaitsForStuckWorkersIsTheirVictim) {
  EXPECT_EQ(findings_of(sketch(R"(
    |fatal error: all goroutines are asleep - deadlock!
    1 [sync.WaitGroup.Wait]
      wait 0xc000012070
      main.main() main.go:14
    6 [chan send]
      main.work() main.go:20
      by main.main in 1)")),
            "chan-no-partner orphan deadlock proved: 6 < 1");
}

}  // namespace
}  // namespace goknot::analysis
