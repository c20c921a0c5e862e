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

//     func (q *Queue) Pop() item {
//       q.mu.Lock()
//       for len(q.items) == 0 { q.notEmpty.Wait() }    // queue.go:31
// and a Push that adds its item but forgets q.notEmpty.Signal().
TEST(CondLost, ASleepingProgramWaitsForASignalThatWasLost) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    |fatal error: all goroutines are asleep - deadlock!
    1 [sync.Cond.Wait]
      cond 0xc000012070
      main.(*Queue).Pop(0xc000012050) queue.go:31
      main.main() main.go:14)"));

  EXPECT_EQ(findings_of(d), "cond-lost orphan deadlock proved: 1");
  EXPECT_EQ(culprit_of(d), "main.(*Queue).Pop");
}

TEST(CondLost, IdleWorkersWaitForEver) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20-60 [sync.Cond.Wait, 4000 minutes]
      cond 0xc000012070
      main.(*Queue).Pop(0xc000012050) queue.go:31
      main.work() work.go:14
      by main.main in 1)")),
            "");
}

TEST(CondLost, AHungTestWithSomebodyWhoMovesMayBeSlow) {
  EXPECT_EQ(findings_of(sketch(R"(
    |panic: test timed out after 10m0s
    7 [runnable]
      example.com/depot.fill() depot.go:50
      by example.com/depot.TestPop in 6
    20 [sync.Cond.Wait]
      cond 0xc000012070
      example.com/depot.(*Queue).Pop(0xc000012050) queue.go:31
      example.com/depot.drain() work.go:14
      by example.com/depot.TestPop in 6)")),
            "");
}

}  // namespace
}  // namespace goknot::analysis
