// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/asking_place.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

TEST(AskingPlace, SyncAndTheRuntimeAreTheMachineryOfWaiting) {
  EXPECT_TRUE(is_lock_machinery("sync.(*RWMutex).RLock"));
  EXPECT_TRUE(is_lock_machinery("internal/sync.(*Mutex).lockSlow"));
  EXPECT_TRUE(is_lock_machinery("runtime.gopark"));
  EXPECT_FALSE(is_lock_machinery("example.com/sync.(*Hub).Lock"));
  EXPECT_FALSE(is_lock_machinery("main.(*Hub).Lock"));
}

TEST(AskingPlace, CodeThatIsNotGosIsNoPlace) {
  const Site foreign;
  const Site* const sites[] = {&foreign};
  EXPECT_EQ(asking_place(sites), nullptr);
  EXPECT_EQ(asking_place({}), nullptr);
}

}  // namespace
}  // namespace goknot::target
