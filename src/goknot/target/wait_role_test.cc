// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/wait_role.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

TEST(WaitRole, IsToldByTheWholeName) {
  EXPECT_EQ(wait_role("sync.(*RWMutex).RLock"), WaitRole::rwmutex_reader);
  EXPECT_EQ(wait_role("internal/sync.(*Mutex).lockSlow"), WaitRole::mutex);
  EXPECT_EQ(wait_role("internal/poll.runtime_pollWait"), WaitRole::poll);
}

TEST(WaitRole, OtherFunctionsOfTheMachineryTellNothing) {
  EXPECT_EQ(wait_role("runtime.gopark"), WaitRole::machinery);
  EXPECT_EQ(wait_role("sync.(*Cond).Wait"), WaitRole::machinery);
}

TEST(WaitRole, FunctionsOfTheSameNameElsewhereAreWhoWaits) {
  EXPECT_EQ(wait_role("example.com/sync.(*RWMutex).RLock"), WaitRole::none);
  EXPECT_EQ(wait_role("runtime/debug.Stack"), WaitRole::none);
  EXPECT_EQ(wait_role("syncthing.(*Mutex).lockSlow"), WaitRole::none);
  EXPECT_EQ(wait_role(""), WaitRole::none);
}

}  // namespace
}  // namespace goknot::target
