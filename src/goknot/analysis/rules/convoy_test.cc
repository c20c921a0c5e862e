// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dumps.h"
#include "tests/support/memory_look.h"
#include "tests/support/sketch.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace goknot::analysis {
namespace {

using testing_support::culprit_of;
using testing_support::diagnose_dump;
using testing_support::findings_of;
using testing_support::sketch;

// Waiters of one lock without age, and who runs inside.
std::string busy(int waiters, std::string_view holder) {
  return sketch("1 [running]\n main.main() main.go:12\n" + std::string(holder) + "\n100-" +
                std::to_string(99 + waiters) + R"( [sync.Mutex.Lock]
      lock 0xc000020008
      main.(*Table).Get(0xc000020000) table.go:50
      by main.serve in 1)");
}

constexpr std::string_view kRunnable = R"(
    20 [runnable]
      main.(*Table).compact(0xc000020000) table.go:33
      by main.serve in 1)";

TEST(Convoy, OldWaitersWithoutAHolderAreAWarningWithoutRoots) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    1 [running]
      main.main() main.go:12
    30-32 [sync.Mutex.Lock, 2 minutes]
      lock 0xc000020008
      main.(*Table).Get(0xc000020000) table.go:50
      by main.serve in 1)"));

  EXPECT_EQ(findings_of(d), "convoy convoy warning possible: < 30 31 32");
  EXPECT_EQ(culprit_of(d), "main.(*Table).Get");
  EXPECT_THAT(d.findings.at(0).unknown, testing::Not(testing::IsEmpty()));
  EXPECT_EQ(d.verdict.outcome, Outcome::suspicious);
}

// In a profile one row stands for many.
TEST(Convoy, ARowOfAProfileCountsForAllItStandsFor) {
  const Diagnosis d = diagnose_dump(R"(goroutine profile: total 4407
4407 @ 0x43e52e 0x44fa38 0x46d8e5 0x48d33d 0x1779ae9 0x1779acb 0x177717a
#	0x46d8e4	sync.runtime_SemacquireMutex+0x24	/go/src/runtime/sema.go:77
#	0x48d33c	sync.(*Mutex).lockSlow+0x15c	/go/src/sync/mutex.go:171
#	0x1779ae8	sync.(*Mutex).Lock+0x48	/go/src/sync/mutex.go:90
#	0x1779aca	main.(*Table).Get+0x2a	/src/table.go:50
#	0x1777179	main.serve+0x39	/src/serve.go:8
)");

  ASSERT_FALSE(d.findings.empty());
  EXPECT_THAT(d.findings.front().title, testing::StartsWith("4,407 goroutines wait for"));
}

TEST(Convoy, OneQueuesAndSeveralQueue) {
  const auto title_with = [](std::string_view waiters) {
    return diagnose_dump(sketch(fmt::format(R"(
    1 [running]
      main.main() main.go:12
    20 [runnable]
      main.(*Table).compact(0xc000020000) table.go:33
      by main.serve in 1
    {} [sync.Mutex.Lock, 2 minutes]
      lock 0xc000020008
      main.(*Table).Get(0xc000020000) table.go:50
      by main.serve in 1)",
                                            waiters)))
        .findings.front()
        .title;
  };
  EXPECT_THAT(title_with("30"), testing::StartsWith("1 goroutine queues for"));
  EXPECT_THAT(title_with("30-31"), testing::StartsWith("2 goroutines queue for"));
}

//     func (t *Table) compact() {
//       t.mu.Lock()
//       defer t.mu.Unlock()
//       time.Sleep(time.Minute)    // table.go:33
TEST(Convoy, OldWaitersBehindAHolderThatRunsAreContention) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    1 [running]
      main.main() main.go:12
    20 [sleep]
      sleep
      main.(*Table).compact(0xc000020000) table.go:33
      by main.serve in 1
    30-32 [sync.Mutex.Lock, 2 minutes]
      lock 0xc000020008
      main.(*Table).Get(0xc000020000) table.go:50
      by main.serve in 1)"));

  EXPECT_EQ(findings_of(d), "convoy convoy warning likely: 20 < 30 31 32");
  EXPECT_EQ(d.verdict.outcome, Outcome::contention);
}

TEST(Convoy, AHotLockWithoutAgeIsNothing) { EXPECT_EQ(findings_of(busy(60, kRunnable)), ""); }

TEST(Convoy, AHundredBehindAHolderThatMovesAreWorthAWord) {
  EXPECT_EQ(findings_of(busy(99, kRunnable)), "");
  EXPECT_EQ(findings_of(busy(100, kRunnable)).substr(0, 43),
            "convoy convoy warning possible: 20 < 100 10");
}

TEST(Convoy, AHundredWithoutAgeOrHolderAreNothing) {
  EXPECT_EQ(findings_of(busy(150, "busy")), "");
}

// A queue whose holder memory does not show, and as many places, from table.go:21 on, whose code
// may have left its lock locked. Main stands as is given.
Finding queue_in_memory(std::uint32_t places, std::string_view main = "[sleep]\n      sleep") {
  Series series = testing_support::memory_look(sketch(fmt::format(R"(
    1 {}
      main.main() main.go:12
    30-32 [sync.Mutex.Lock, 2 minutes]
      lock 0xc000020008
      main.(*Table).Get(0xc000020000) table.go:50
      by main.serve in 1)",
                                                                  main)),
                                               {});
  Snapshot& snapshot = series.snapshots.back();
  const ObjectId lock = snapshot.waits.back().object;
  for (std::uint32_t i = 0; i < places; ++i) {
    const Frame frame{.function = snapshot.strings.add("main.(*Table).Put"),
                      .file = snapshot.strings.add("table.go"),
                      .line = 21 + i};
    snapshot.omissions.push_back({.object = lock, .frame = snapshot.stacks.add(frame)});
  }
  return testing_support::diagnose_series(series).findings.at(0);
}

//     func (t *Table) Put(k string) error {
//       t.mu.Lock()                  // table.go:21
//       if k == "" { return errEmpty }
TEST(Convoy, TheOnlyCodeThatMayHaveLeftTheLockLockedIsTold) {
  const Finding finding = queue_in_memory(1);

  EXPECT_EQ(finding.grade, Grade::possible);
  EXPECT_TRUE(finding.roots.empty());
  EXPECT_TRUE(finding.explanation.contains("table.go:21")) << finding.explanation;
  EXPECT_TRUE(finding.advice.contains("table.go:21"));
  EXPECT_TRUE(std::ranges::any_of(
      finding.culprits, [](const Culprit& c) { return c.place.function == "main.(*Table).Put"; }));
}

TEST(Convoy, OfSeveralSuchPlacesNoneIsTold) {
  EXPECT_FALSE(queue_in_memory(2).explanation.contains("table.go:21"));
}

TEST(Convoy, WhoRunsMayHoldTheLock) {
  EXPECT_FALSE(queue_in_memory(1, "[running]").explanation.contains("table.go:21"));
}

}  // namespace
}  // namespace goknot::analysis
