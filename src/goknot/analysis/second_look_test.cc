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

}  // namespace
}  // namespace goknot::analysis
