// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dumps.h"
#include "tests/support/sketch.h"
#include "tests/support/stuck_program.h"

#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::culprit_of;
using testing_support::diagnose_dump;
using testing_support::diagnose_series;
using testing_support::findings_of;
using testing_support::sketch;
using testing_support::StuckProgram;

//     type Feed struct{ items chan int }         // never made
//     func (f *Feed) drain() { for range f.items {} }
TEST(NilChan, AGoroutineOnANilChannelIsAProvedLeak) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    1 [running]
      main.main() main.go:12
    6 [chan receive (nil chan)]
      main.(*Feed).drain(0xc000012050) feed.go:25
      by main.main in 1)"));

  EXPECT_EQ(findings_of(d), "nil-chan orphan leak proved: 6");
  EXPECT_EQ(culprit_of(d), "main.(*Feed).drain");
  EXPECT_EQ(d.verdict.outcome, Outcome::leak);
}

TEST(NilChan, InASleepingProgramItIsTheDeadlock) {
  EXPECT_EQ(findings_of(sketch(R"(
    |fatal error: all goroutines are asleep - deadlock!
    1 [chan send (nil chan)]
      main.main() main.go:14)")),
            "nil-chan orphan deadlock proved: 1");
}

TEST(NilChan, MainMayMeanIt) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    1 [chan receive (nil chan), 700 minutes]
      main.main() main.go:14
    6 [running]
      main.work() main.go:25
      by main.main in 1)"));

  EXPECT_EQ(findings_of(d), "nil-chan orphan info proved: 1");
  EXPECT_EQ(d.verdict.outcome, Outcome::healthy);
}

TEST(NilChan, AContextThatNeverEndsIsMeantInALibraryKnownForIt) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    6 [chan receive (nil chan), 700 minutes]
      k8s.io/client-go/tools/cache.(*controller).RunWithContext(0xc000012050) controller.go:180
      k8s.io/client-go/tools/cache.(*controller).Run(0xc000012050) controller.go:150
      by main.main in 1)")),
            "nil-chan orphan info proved: 6");
}

constexpr std::string_view kAtTheEnd = R"(
    1 [running]
      main.main() main.go:12
    6 [chan receive (nil chan), 700 minutes]
      main.serve.func1() serve.go:18
      by main.serve in 1)";

//     go func() { <-ctx.Done(); server.Close() }()    // context.Background().Done() is nil
TEST(NilChan, WhatIsToBeDoneAtTheEndOfAContextThatNeverEndsIsMeant) {
  EXPECT_EQ(findings_of(sketch(kAtTheEnd)), "nil-chan orphan info proved: 6");
  EXPECT_EQ(findings_of(sketch("|fatal error: all goroutines are asleep - deadlock!" +
                               std::string(kAtTheEnd))),
            "nil-chan orphan deadlock proved: 6");
}

TEST(NilChan, AnOrdinaryChannelIsNotNil) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    6 [chan receive, 5 minutes]
      main.(*Feed).drain(0xc000012050) feed.go:25
      by main.main in 1)")),
            "");
}

TEST(NilChan, OfSeveralInOneSelectThoseWithoutAChannelAreMeant) {
  StuckProgram program;
  program.from_now_on_alive();
  program.waits(7, Operation::select, ObjectKind::nil_channel, 0x100, 5);
  program.waits(8, Operation::select, ObjectKind::channel, 0x200, 5);
  const Diagnosis d = diagnose_series(program.take());

  EXPECT_EQ(findings_of(d), "nil-chan orphan leak proved: 7");
}

// Goroutines that receive from a nil channel, in a program that was read from memory.
Series receivers(int count, bool handed) {
  StuckProgram program;
  program.from_now_on_alive();
  for (int id = 7; id < 7 + count; id++) {
    program.waits(id, Operation::receive, ObjectKind::nil_channel, 0x100, 5);
  }
  Series series = program.take();
  for (Wait& wait : series.snapshots.front().waits) wait.handed = handed;
  return series;
}

//     func wait(stop <-chan struct{}) { <-stop }      // called with nil: "never"
TEST(NilChan, WhoWasHandedTheChannelMayMeanIt) {
  EXPECT_EQ(findings_of(diagnose_series(receivers(1, true))), "nil-chan orphan info proved: 7");
  EXPECT_EQ(findings_of(diagnose_series(receivers(1, false))), "nil-chan orphan leak proved: 7");
}

TEST(NilChan, ACrowdThatWaitsForTheEndOfWhatHasNoneIsALeak) {
  const Diagnosis d = diagnose_series(receivers(100, true));

  ASSERT_EQ(d.findings.size(), 1U);
  EXPECT_EQ(d.findings.front().severity, Severity::leak);
}

TEST(NilChan, WhoQueuesForItsLockIsItsVictim) {
  StuckProgram program;
  program.from_now_on_alive();
  program.waits(7, Operation::select, ObjectKind::nil_channel, 0x100);
  program.waits(8, Operation::lock, ObjectKind::mutex, 0x200);
  program.holds(7, 0x200);
  const Diagnosis d = diagnose_series(program.take());

  EXPECT_EQ(findings_of(d), "nil-chan orphan deadlock proved: 7 < 8");
  EXPECT_EQ(d.findings.front().culprits.front().role, Role::holds);
}

}  // namespace
}  // namespace goknot::analysis
