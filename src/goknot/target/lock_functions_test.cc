// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/lock_functions.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using Action = LockFunction::Action;

TEST(LockFunctions, MethodsOfSyncAreKnownByName) {
  const auto unlock = lock_function("sync.(*Mutex).Unlock");
  ASSERT_TRUE(unlock);
  EXPECT_EQ(*unlock, (LockFunction{Action::releases, ObjectKind::mutex, Operation::lock, false}));
  EXPECT_EQ(lock_function("internal/sync.(*Mutex).Unlock"), unlock);
  EXPECT_EQ(lock_function("sync.(*RWMutex).RLock")->mode, Operation::rlock);
  EXPECT_TRUE(lock_function("internal/sync.(*Mutex).lockSlow")->slow);
}

TEST(LockFunctions, ALockerForReadingReleasesTheReadSide) {
  EXPECT_EQ(lock_function("sync.(*rlocker).Unlock"), lock_function("sync.(*RWMutex).RUnlock"));
}

TEST(LockFunctions, ThoseThatReleaseAreListed) {
  for (const std::string_view name : release_functions()) {
    const auto function = lock_function(name);
    ASSERT_TRUE(function) << name;
    EXPECT_EQ(function->action, Action::releases) << name;
  }
}

TEST(LockFunctions, MethodsOfTheSameNameElsewhereAreNot) {
  EXPECT_FALSE(lock_function("main.(*Mutex).Unlock"));
  EXPECT_FALSE(lock_function("sync.(*Cond).Wait"));
  EXPECT_FALSE(lock_function("x/sync.(*Mutex).Unlock"));
  EXPECT_FALSE(lock_function("sync.(*Mutex).Unlock-fm"));
}

}  // namespace
}  // namespace goknot::target
