// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/confirm.h"

#include "tests/support/dumps.h"
#include "tests/support/fake_live.h"
#include "tests/support/sketch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace goknot::analysis {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::FakeLive;
using testing_support::findings_of;
using testing_support::Script;
using testing_support::sketch;

// Rows: 0 main, 1 the holder, from 2 on those who wait for its lock.
constexpr std::string_view kQueue = R"(
    1 [running]
      main.main() main.go:12
    20 [runnable]
      main.(*Table).compact(0xc000020000) table.go:33
      by main.serve in 1
    30-32 [sync.Mutex.Lock]
      lock 0xc000020008
      main.(*Table).Get(0xc000020000) table.go:50
      by main.serve in 1)";

// Two that wait for each other's locks.
constexpr std::string_view kCycle = R"(
    1 [running]
      main.main() main.go:12
    20 [sync.Mutex.Lock, 2 minutes]
      lock 0xc000020108
      main.(*B).Put(0xc000020100) b.go:50
      main.(*A).Get(0xc000020000) a.go:33
      by main.serve in 1
    30 [sync.Mutex.Lock, 2 minutes]
      lock 0xc000020008
      main.(*A).Put(0xc000020000) a.go:50
      main.(*B).Get(0xc000020100) b.go:33
      by main.serve in 1)";

struct Confirmed {
  Diagnosis diagnosis;
  int asked = 0;
};

Confirmed confirmed(std::string_view text, Script script, milliseconds pause = milliseconds(1)) {
  Series series = testing_support::read_dump(sketch(text));
  auto live = std::make_unique<FakeLive>(std::move(script));
  const FakeLive& watched = *live;
  series.live = std::move(live);
  auto diagnosis = confirm(series, {}, pause);
  EXPECT_TRUE(diagnosis);
  return {*std::move(diagnosis), watched.asked()};
}

TEST(Confirm, AQueueThatStandsIsContentionHoweverShort) {
  const auto [diagnosis, asked] = confirmed(kQueue, {});

  EXPECT_EQ(findings_of(diagnosis), "convoy convoy warning possible: 20 < 30 31 32");
  EXPECT_THAT(diagnosis.findings.at(0).explanation, HasSubstr("show the same queue"));
  EXPECT_EQ(asked, 1);
}

TEST(Confirm, AShortQueueThatMovesIsNothing) {
  EXPECT_THAT(confirmed(kQueue, {.later = {2}}).diagnosis.findings, IsEmpty());
}

TEST(Confirm, WithoutAPauseThereIsNoSecondLook) {
  const auto [diagnosis, asked] = confirmed(kQueue, {}, milliseconds(0));

  EXPECT_THAT(diagnosis.findings, IsEmpty());
  EXPECT_EQ(asked, 0);
}

TEST(Confirm, NothingSuspiciousIsNotWaitedFor) {
  const auto [diagnosis, asked] = confirmed(R"(
    1 [running]
      main.main() main.go:12
    20 [IO wait]
      netread
      main.serve() main.go:33
      by main.main in 1)",
                                            {});

  EXPECT_THAT(diagnosis.findings, IsEmpty());
  EXPECT_EQ(asked, 0);
}

TEST(Confirm, ACycleWhoseMembersStayStays) {
  EXPECT_EQ(findings_of(confirmed(kCycle, {}).diagnosis),
            "lock-cycle cycle deadlock likely: 30 20");
}

TEST(Confirm, ACycleOfWhichOneMovedWasNone) {
  const Diagnosis diagnosis = confirmed(kCycle, {.later = {1}}).diagnosis;

  for (const Finding& finding : diagnosis.findings) {
    EXPECT_LT(finding.severity, Severity::leak) << finding.title;
  }
}

TEST(Confirm, WhoMovedAtOnceWaitsForNothing) {
  EXPECT_THAT(confirmed(kQueue, {.at_once = {2, 3, 4}}).diagnosis.findings, IsEmpty());
}

TEST(Confirm, AStoppedProgramProvesNothingByStandingStill) {
  Script script;
  script.before.standstill = script.after.standstill = "stopped by a signal";

  EXPECT_THAT(confirmed(kQueue, script).diagnosis.findings, IsEmpty());
}

// A lock held by one that reads from a connection, beside others that read from theirs.
TEST(Confirm, TheKernelIsOnlyAskedAboutThoseInFindings) {
  Series series = testing_support::read_dump(sketch(R"(
    20 [IO wait, 2 minutes]
      netread
      main.(*Table).fill(0xc000020000) table.go:33
      main.(*Table).Get(0xc000020000) table.go:30
    30-32 [sync.Mutex.Lock, 2 minutes]
      lock 0xc000020008
      main.(*Table).Get(0xc000020000) table.go:50
    40-49 [IO wait]
      netread
      main.serve() serve.go:12)"));
  Snapshot& snapshot = series.snapshots.front();
  snapshot.details.resize(snapshot.goroutines.size());
  for (GoroutineDetail& detail : snapshot.details) detail.fd = 7;
  auto live = std::make_unique<FakeLive>(Script{});
  const FakeLive& watched = *live;
  series.live = std::move(live);

  const Diagnosis diagnosis = *confirm(series, {}, milliseconds(0));

  EXPECT_EQ(snapshot.goroutines[0].id, 20);
  EXPECT_THAT(watched.described(), testing::Contains(0U));
  EXPECT_THAT(watched.described(), testing::Each(testing::Lt(4U)));
  EXPECT_THAT(diagnosis.findings.front().title,
              HasSubstr("waits to read from tcp 10.0.0.1:80 to 10.0.0.7:5000"));
}

}  // namespace
}  // namespace goknot::analysis
