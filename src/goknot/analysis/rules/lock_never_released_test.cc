// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dumps.h"
#include "tests/support/memory_look.h"
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

//     var mu sync.Mutex
//     mu.Lock()
//     mu.Lock()      // main.go:14
TEST(LockNeverReleased, TheOnlyWaiterOfASleepingProgramLockedTwice) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    |fatal error: all goroutines are asleep - deadlock!
    1 [sync.Mutex.Lock]
      lock 0xc000012050
      main.main() main.go:14)"));

  EXPECT_EQ(findings_of(d), "lock-never-released self deadlock proved: 1");
  EXPECT_EQ(culprit_of(d), "main.main");
}

//     func count() {
//       mu.Lock()                      // main.go:25
//       if seen[key] { return }        // this one has kept it
//       mu.Unlock()
TEST(LockNeverReleased, SeveralWaitersOfASleepingProgramAreOrphans) {
  EXPECT_EQ(findings_of(sketch(R"(
    |fatal error: all goroutines are asleep - deadlock!
    1 [sync.Mutex.Lock]
      lock 0xc000012050
      main.main() main.go:14
    6-7 [sync.Mutex.Lock]
      lock 0xc000012050
      main.count() main.go:25
      by main.main in 1)")),
            "lock-never-released orphan deadlock proved: 1 6 7");
}

//     func hold() { mu.Lock(); defer mu.Unlock(); fan() }
//     func fan() { group.Wait() }       // one of the group wants mu
TEST(LockNeverReleased, WhoWaitsForSomethingElseMayHoldIt) {
  EXPECT_EQ(findings_of(sketch(R"(
    |fatal error: all goroutines are asleep - deadlock!
    1 [sync.WaitGroup.Wait]
      wait 0xc000012070
      main.main() main.go:14
    6-7 [sync.Mutex.Lock]
      lock 0xc000012050
      main.count() main.go:25
      by main.main in 1)")),
            "global-deadlock orphan deadlock likely: 6 7 < 1");
}

// What the runtime says is sure; that nobody could release the lock is not.
TEST(LockNeverReleased, IsOnlyPossibleWhileSomebodySends) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    |fatal error: all goroutines are asleep - deadlock!
    1 [sync.Mutex.Lock]
      lock 0xc000012050
      main.main() main.go:14
    6 [chan send]
      main.(*Health).Close() health.go:82
      by main.main in 1)"));

  EXPECT_EQ(findings_of(d),
            "chan-no-partner orphan deadlock proved: 6\n"
            "lock-never-released orphan deadlock possible: 1");
  EXPECT_FALSE(d.findings.back().explanation.contains("locked twice"));
}

TEST(LockNeverReleased, IsNotSaidOfAProgramThatNobodyCallsHung) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    6 [sync.Mutex.Lock, 7 minutes]
      lock 0xc000012050
      main.count() main.go:25
      by main.main in 1)")),
            "convoy convoy warning possible: < 6");
}

TEST(LockNeverReleased, SomebodyWhoMovesMayReleaseIt) {
  EXPECT_EQ(findings_of(sketch(R"(
    |panic: test timed out after 1m0s
    1 [chan receive]
      testing.(*T).Run(0xc000003500) testing.go:1859
      main.main() _testmain.go:45
    6 [sync.Mutex.Lock]
      lock 0xc000012050
      example.com/depot.TestCount(0xc000003500) depot_test.go:25
      testing.tRunner(0xc000003500) testing.go:1792
      by testing.(*T).Run in 1
    7 [sleep]
      sleep
      example.com/depot.tick() depot.go:25
      by example.com/depot.TestCount in 6)")),
            "convoy convoy warning possible: < 6");
}

//     mu.Lock()         // main.go:25
//     results <- sum    // main.go:29
TEST(LockNeverReleased, WhoStandsBehindTheLineIsAskedFirst) {
  EXPECT_EQ(findings_of(sketch(R"(
    |fatal error: all goroutines are asleep - deadlock!
    1 [sync.Mutex.Lock]
      lock 0xc000012050
      main.count() main.go:25
      main.main() main.go:14
    6 [chan send]
      main.count() main.go:29
      by main.main in 1)")),
            "lock-held-across-wait orphan deadlock likely: 6 < 1");
}

// Somebody sleeps; two wait for a lock to which nothing refers, or only perhaps.
Series two_waiters(Reach first, Reach second,
                   std::initializer_list<testing_support::ShownHold> holds) {
  Series series = testing_support::memory_look(sketch(R"(
    1 [sleep]
      sleep
      main.main() main.go:12
    6-7 [sync.Mutex.Lock, 2 minutes]
      lock 0xc000012050
      main.count() main.go:25
      by main.main in 1)"),
                                               holds);
  series.snapshots.back().goroutines[1].reach = first;
  series.snapshots.back().goroutines[2].reach = second;
  return series;
}

Diagnosis abandoned(Reach first, Reach second,
                    std::initializer_list<testing_support::ShownHold> holds = {}) {
  Series series = two_waiters(first, second, holds);
  return testing_support::diagnose_series(series);
}

TEST(LockNeverReleased, NothingThatRefersToALockCanReleaseIt) {
  EXPECT_EQ(findings_of(abandoned(Reach::never, Reach::never)),
            "lock-never-released orphan leak proved: 6 7");
  EXPECT_EQ(findings_of(abandoned(Reach::never, Reach::unreached)),
            "lock-never-released orphan leak likely: 6 7");
}

// The same, where code at main.go:21 takes the lock and may leave it locked.
Diagnosis left_locked(std::uint32_t goroutine = Omission::kReturned, bool always = false) {
  Series series = two_waiters(Reach::never, Reach::never, {});
  Snapshot& snapshot = series.snapshots.back();
  Frame frame;
  frame.function = snapshot.strings.add("main.(*Hub).Stop");
  frame.file = snapshot.strings.add("main.go");
  frame.line = 21;
  const ObjectId lock = snapshot.waits.back().object;
  snapshot.omissions.push_back({lock, snapshot.stacks.add(frame), goroutine, always});
  return testing_support::diagnose_series(series);
}

TEST(LockNeverReleased, TheFunctionThatMayLeaveItLockedIsBlamed) {
  const Diagnosis d = left_locked();
  EXPECT_EQ(findings_of(d), "lock-never-released orphan leak proved: 6 7");
  EXPECT_EQ(culprit_of(d), "main.(*Hub).Stop");
  EXPECT_EQ(d.findings.front().culprits.front().goroutine, std::nullopt);
  EXPECT_TRUE(d.findings.front().explanation.contains("main.go:21"));
}

// Row 2 is goroutine 7: on every way to the place where it waits it has taken the lock at
// main.go:21.
TEST(LockNeverReleased, WhoAlwaysHasItBeforeLockedTwice) {
  const Diagnosis d = left_locked(2, true);
  EXPECT_EQ(findings_of(d), "lock-never-released self deadlock proved: 7 < 6");
  EXPECT_EQ(culprit_of(d), "main.(*Hub).Stop");
}

TEST(LockNeverReleased, WhoOnlyMayHaveHadItIsNoMoreToBlameThanOthers) {
  EXPECT_EQ(findings_of(left_locked(2)), "lock-never-released orphan leak proved: 6 7");
}

// One goroutine waits for a lock that code in row `goroutine`, and code anywhere, may leave locked.
Diagnosis one_waiter(std::initializer_list<std::uint32_t> goroutines) {
  Series series = testing_support::memory_look(sketch(R"(
    1 [sleep]
      sleep
      main.main() main.go:12
    6 [sync.Mutex.Lock, 2 minutes]
      lock 0xc000012050
      main.(*Hub).run() main.go:25
      by main.main in 1)"),
                                               {});
  Snapshot& snapshot = series.snapshots.back();
  snapshot.goroutines[1].reach = Reach::never;
  const ObjectId lock = snapshot.waits.back().object;
  for (const std::uint32_t goroutine : goroutines) {
    const Frame frame{.function = snapshot.strings.add("main.(*Hub).run"),
                      .file = snapshot.strings.add("main.go"),
                      .line = 25 + static_cast<std::uint32_t>(snapshot.omissions.size())};
    snapshot.omissions.push_back({lock, snapshot.stacks.add(frame), goroutine, false});
  }
  return testing_support::diagnose_series(series);
}

//     func (h *Hub) run() {
//       for {
//         h.mu.Lock()                  // main.go:25: it waits here in its next round
//         if done { continue }
//         h.mu.Unlock()
// If code elsewhere may leave the lock locked, too, nobody knows who did.
TEST(LockNeverReleased, WhoseRoundAloneLeavesItLockedSeemsToHaveTakenIt) {
  const Diagnosis d = one_waiter({1});
  EXPECT_EQ(findings_of(d), "lock-never-released self deadlock proved: 6");
  EXPECT_TRUE(d.findings.front().title.contains("seems to have taken before"));
  EXPECT_EQ(findings_of(one_waiter({1, Omission::kReturned})),
            "lock-never-released orphan leak proved: 6");
}

TEST(LockNeverReleased, SomebodyRefersToIt) {
  EXPECT_FALSE(findings_of(abandoned(Reach::never, Reach::reached)).contains("never-released"));
}

TEST(LockNeverReleased, WhoHoldsItIsLeftToOthers) {
  const Diagnosis d = abandoned(Reach::never, Reach::never, {{.goroutine = 1}});
  EXPECT_FALSE(findings_of(d).contains("never-released"));
}

// A lock in a variable that two wait for and nobody was seen to hold, in a core.
Series left_in_a_variable() {
  StuckProgram program;
  program.from_now_on_alive();
  program.waits(7, Operation::lock, ObjectKind::mutex, 0x100, 6);
  program.waits(8, Operation::lock, ObjectKind::mutex, 0x100, 6);
  Series series = program.take();
  series.snapshots.front().origin.kind = SourceKind::core;
  series.snapshots.front().objects.front().left_locked = true;
  return series;
}

TEST(LockNeverReleased, ALockThatNobodyIsAboutToReleaseIsLikelyLost) {
  EXPECT_EQ(findings_of(diagnose_series(left_in_a_variable())),
            "lock-never-released orphan deadlock likely: 7 8");
}

TEST(LockNeverReleased, OneLookAtAProgramThatRunsOnDoesNotTell) {
  Series series = left_in_a_variable();
  series.snapshots.front().origin.kind = SourceKind::process;

  EXPECT_EQ(findings_of(diagnose_series(series)).find("lock-never-released"), std::string::npos);
}

}  // namespace
}  // namespace goknot::analysis
