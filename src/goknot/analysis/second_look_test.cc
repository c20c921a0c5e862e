// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/second_look.h"

#include "goknot/analysis/diagnose.h"
#include "tests/support/dumps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kSelfLock = R"(SIGQUIT: quit

goroutine 1 [sync.Mutex.Lock]:
sync.runtime_SemacquireMutex(0xc000012014?, 0x0?, 0x0?)
	/usr/local/go/src/runtime/sema.go:95 +0x25
sync.(*Mutex).lockSlow(0xc000012010)
	/usr/local/go/src/sync/mutex.go:173 +0x15d
sync.(*Mutex).Lock(...)
	/usr/local/go/src/sync/mutex.go:92
main.(*T).again(0xc000012010)
	/src/main.go:9 +0x3c
main.(*T).once(0xc000012010)
	/src/main.go:15 +0x4c
main.main()
	/src/main.go:21 +0x1c

goroutine 7 [select (no cases)]:
main.idle()
	/src/main.go:30 +0x1c
created by main.main in goroutine 1
	/src/main.go:20 +0x1c
)";

TEST(SecondLook, AsksAboutThoseAFindingNames) {
  const Series series = testing_support::read_dump(kSelfLock);
  const auto diagnosis = diagnose(series);
  ASSERT_TRUE(diagnosis);
  ASSERT_FALSE(diagnosis->findings.empty());
  EXPECT_THAT(participants(series.snapshots.back(), *diagnosis), testing::Contains(0U));
}

TEST(SecondLook, WhoHasMovedIsAccusedOfNothing) {
  Series series = testing_support::read_dump(kSelfLock);
  const std::vector<std::uint32_t> all = {0, 1};
  set_moving(series.snapshots.back(), all);
  EXPECT_THAT(series.snapshots.back().waits, IsEmpty());
  const auto diagnosis = diagnose(series);
  ASSERT_TRUE(diagnosis);
  EXPECT_THAT(participants(series.snapshots.back(), *diagnosis), IsEmpty());
  EXPECT_THAT(diagnosis->counts.by_status, ElementsAre(testing::Pair("runnable", 2)));
}

TEST(SecondLook, AnswersToQueuesAreOpenAndThoseToProvedCyclesAreNot) {
  const Series series = testing_support::read_dump(kSelfLock);
  const Snapshot& snapshot = series.snapshots.back();
  auto diagnosis = diagnose(series);
  ASSERT_TRUE(diagnosis);

  EXPECT_THAT(open_questions(snapshot, *diagnosis).rows, testing::Contains(0U));
  EXPECT_THAT(open_questions(snapshot, *diagnosis).locks, testing::SizeIs(1));
  diagnosis->findings.at(0).grade = Grade::proved;
  EXPECT_THAT(open_questions(snapshot, *diagnosis).rows, testing::Not(testing::Contains(0U)));
  EXPECT_THAT(open_questions(snapshot, *diagnosis).locks, IsEmpty());
}

using std::chrono::milliseconds;

TEST(SecondLook, WhoUsedACpuRan) {
  const Vitals before{.cpu_nanos = 5, .turns = 3};

  EXPECT_EQ(compare(before, Vitals{.cpu_nanos = 6, .turns = 3}, milliseconds(200)).meanwhile,
            Meanwhile::ran);
  EXPECT_EQ(compare(before, before, milliseconds(200)).meanwhile, Meanwhile::idle);
}

TEST(SecondLook, AShortWaitForACpuHindersNobody) {
  const Vitals before{.waiting_nanos = 90'000'000};
  const Vitals after{.cpu_nanos = 1000, .waiting_nanos = 110'000'000, .turns = 1};
  const Vitals busy{.cpu_nanos = 150'000'000, .waiting_nanos = 190'000'000, .turns = 40};
  const Vitals less{.cpu_nanos = 1000, .waiting_nanos = 3, .turns = 1};  // a thread has ended

  for (const Vitals& later : {after, busy, less}) {
    EXPECT_EQ(compare(before, later, milliseconds(200)).meanwhile, Meanwhile::ran);
  }
}

TEST(SecondLook, WhoIsHinderedDoesNotProveAnythingByStandingStill) {
  const Vitals before;
  const Vitals stopped{.standstill = "stopped by a signal"};
  const Vitals throttled{.cpu_nanos = 1000, .throttled_nanos = 150'000'000};
  const Vitals swapping{.cpu_nanos = 1000, .major_faults = 400};
  const Vitals starved{.cpu_nanos = 20'000'000, .waiting_nanos = 120'000'000};

  for (const Vitals& after : {stopped, throttled, swapping, starved}) {
    const Progress progress = compare(before, after, milliseconds(200));
    EXPECT_EQ(progress.meanwhile, Meanwhile::held);
    EXPECT_NE(progress.hindrance, "");
  }
  EXPECT_EQ(compare(before, std::nullopt, milliseconds(200)).meanwhile, Meanwhile::held);
}

}  // namespace
}  // namespace goknot::analysis
