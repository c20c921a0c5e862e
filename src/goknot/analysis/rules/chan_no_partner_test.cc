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

//     func query() int {
//       c := make(chan int)
//       for _, r := range replicas { go func() { c <- r.ask() }() }   // query.go:33
//       return <-c                                                    // one answer is enough
//     }
TEST(ChanNoPartner, ManyOldSendersWhoseStartersAreGoneAreALeak) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    1 [running]
      main.main() main.go:12
    20-44 [chan send, 8 minutes]
      main.query.func1() query.go:33
      by main.query in gone)"));

  EXPECT_EQ(d.findings.size(), 1U);
  EXPECT_EQ(findings_of(d).substr(0, 41), "chan-no-partner orphan leak likely: 20 21");
  EXPECT_EQ(d.findings.at(0).root_count, 25U);
  EXPECT_EQ(culprit_of(d), "main.query.func1");
  EXPECT_EQ(d.verdict.outcome, Outcome::leak);
}

TEST(ChanNoPartner, TheRuntimesMarkProvesALeak) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20 [chan receive (leaked)]
      main.query.func1() query.go:33
      by main.query in 1)")),
            "chan-no-partner orphan leak proved: 20");
}

TEST(ChanNoPartner, ASleepingProgramIsADeadlockOfAllItsChannels) {
  EXPECT_EQ(findings_of(sketch(R"(
    |fatal error: all goroutines are asleep - deadlock!
    1 [chan receive]
      main.main() main.go:12
    6 [chan send]
      main.work() main.go:20
      by main.main in 1)")),
            "chan-no-partner orphan deadlock proved: 1\n"
            "chan-no-partner orphan deadlock proved: 6");
}

TEST(ChanNoPartner, AHungTestHoldsUpTheTestingPackage) {
  EXPECT_EQ(findings_of(sketch(R"(
    |panic: test timed out after 10m0s
    1 [chan receive, 10 minutes]
      testing.(*T).Run(0xc000003500) testing.go:1859
      main.main() _testmain.go:45
    6 [chan receive, 10 minutes]
      example.com/depot.TestDrain(0xc000003500) depot_test.go:25
      testing.tRunner(0xc000003500) testing.go:1792
      by testing.(*T).Run in 1)")),
            "chan-no-partner orphan deadlock likely: 6 < 1");
}

TEST(ChanNoPartner, OneSenderWithoutAgeIsNothing) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20 [chan send]
      main.produce() query.go:33
      by main.main in 1)")),
            "");
}

//     func worker() { for job := range jobs { job() } }
TEST(ChanNoPartner, APoolOfWorkersMayWaitForWorkForDays) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20-90 [chan receive, 4000 minutes]
      main.worker() worker.go:33
      by main.main in 1)")),
            "");
}

//     signal.Notify(end, os.Interrupt)
//     <-end
TEST(ChanNoPartner, MainMayWaitForItsEnd) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [chan receive, 4000 minutes]
      main.waitForEnd() main.go:33
      main.main() main.go:12
    7 [running]
      main.serve() main.go:50
      by main.main in 1)")),
            "");
}

// A server whose connections are quiet: age and number are those of a leak, but a select has other
// cases, and one is the end of the connection.
TEST(ChanNoPartner, ACrowdInASelectMayGoOnAtAnyTime) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20-70 [select, 40 minutes]
      main.(*Conn).await(0xc000020000) conn.go:33
      main.(*Conn).serve(0xc000020000) conn.go:70
      main.accept() conn.go:90
      by main.main in 1)")),
            "");
}

TEST(ChanNoPartner, AgeAndNumberWithOneStarterAreOnlyPossible) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    1 [running]
      main.main() main.go:12
    20-24 [chan send, 40 minutes]
      main.produce() query.go:33
      by main.main in 1)"));

  EXPECT_EQ(findings_of(d), "chan-no-partner orphan leak possible: 20 21 22 23 24");
  EXPECT_EQ(d.verdict.outcome, Outcome::suspicious);
}

// Two that wait in a select for each other, 7 as the idle loop of a library.
Series left_with_an_idle_loop() {
  StuckProgram program;
  program.waits(7, Operation::select, ObjectKind::channel, 0x100);
  program.waits(9, Operation::select, ObjectKind::channel, 0x200);
  program.refers(7, 0x200).refers(9, 0x100);
  Series series = program.take();
  Snapshot& snapshot = series.snapshots.front();
  Frame frame;
  frame.function = snapshot.strings.add("database/sql.(*DB).connectionOpener");
  const FrameId frames[] = {snapshot.stacks.add(frame)};
  snapshot.goroutines[0].stack = snapshot.stacks.add(frames);
  frame.function = snapshot.strings.add("database/sql.OpenDB");
  snapshot.goroutines[0].creator = snapshot.stacks.add(frame);
  return series;
}

TEST(ChanNoPartner, OfThoseWhoWereLeftTogetherTheIdleLoopIsNotToBlame) {
  EXPECT_EQ(findings_of(diagnose_series(left_with_an_idle_loop())),
            "chan-no-partner orphan leak proved: 9 < 7");
}

}  // namespace
}  // namespace goknot::analysis
