// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/waits.h"

#include "tests/support/parked_goroutine.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::ParkedGoroutine;

constexpr Address kObject = ParkedGoroutine::kObject;

TEST(MemoryWaits, ASelectInNoQueueHasNilChannelsOnly) {
  ParkedGoroutine parked({26, 0});
  parked.waits(WaitReason::select);
  parked.calls({"runtime.gopark", "runtime.selectgo", "main.f"}, 0, 0);

  ASSERT_EQ(parked.read().size(), 1U);
  EXPECT_EQ(parked.snapshot.waits.front().kind, ObjectKind::nil_channel);
  EXPECT_EQ(parked.snapshot.waits.front().operation, Operation::select);
  EXPECT_FALSE(parked.snapshot.waits.front().object);
}

TEST(MemoryWaits, AWordThatAdmitsNoWaiterIsNoMutex) {
  ParkedGoroutine parked({25, 0});
  parked.waits(WaitReason::mutex_lock);
  parked.calls({"runtime.semacquire1", "internal/sync.(*Mutex).lockSlow", "main.f"}, kObject + 4,
               0);

  EXPECT_TRUE(parked.read().empty());
}

}  // namespace
}  // namespace goknot::target
