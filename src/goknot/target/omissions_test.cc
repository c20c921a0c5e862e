// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/omissions.h"

#include "goknot/target/unlocks.h"
#include "tests/support/written_code.h"

#include <gtest/gtest.h>

#include <string_view>

namespace goknot::target {
namespace {

using testing_support::WrittenCode;

constexpr Address kLock = WrittenCode::kVariable;
constexpr std::uint8_t kRelease = 13;  // bytes of take, call and leave
constexpr std::string_view kLockName = "sync.(*Mutex).Lock", kUnlockName = "sync.(*Mutex).Unlock";

// Goroutines that wait for a lock in main.down, which nobody is known to hold.
class OmissionsTest : public testing::Test {
 protected:
  OmissionsTest() { code_.add_queue(); }

  Snapshot& snapshot() { return code_.snapshot(); }
  // Looks for omissions while a goroutine stands in the call before an address.
  const std::vector<Omission>& find(Address returns_to) {
    const Site* site = &code_.site(returns_to);
    const FrameId frames[] = {site->calls.back().frame};
    snapshot().goroutines.emplace_back().stack = snapshot().stacks.add(frames);
    Unlocks unlocks(code_.code());
    Omissions(code_.code(), unlocks.wrappers()).find(snapshot(), [&site](StackId) {
      return std::span(&site, 1);
    });
    return snapshot().omissions;
  }

  WrittenCode code_;
};

//     mu.Lock(); if … { return }; mu.Unlock()
TEST_F(OmissionsTest, AReturnWithTheLockIsOne) {
  code_.take(kLock).call(kLockName);
  const Address locking = code_.here();
  code_.branch_over(kRelease).take(kLock).call(kUnlockName).leave().leave();

  const auto& found = find(locking);

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].object, ObjectId(0));
  EXPECT_EQ(snapshot().function(found[0].frame), "main.down");
}

TEST_F(OmissionsTest, AReleaseOnEveryWayIsNone) {
  code_.take(kLock).call(kLockName);
  const Address locking = code_.here();
  code_.take(kLock).call(kUnlockName).leave();

  EXPECT_TRUE(find(locking).empty());
}

//     mu.Lock(); mu.Lock(); mu.Unlock()
TEST_F(OmissionsTest, LockingASecondTimeIsOneOfTheGoroutineThatDoes) {
  code_.take(kLock).call(kLockName).take(kLock).call(kLockName);
  const Address locking = code_.here();
  code_.take(kLock).call(kUnlockName).leave();

  const auto& found = find(locking);

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].goroutine, 0U);
  EXPECT_TRUE(found[0].always);
}

TEST_F(OmissionsTest, OfALockThatSomebodyHoldsThereIsNone) {
  code_.take(kLock).call(kLockName).take(kLock).call(kLockName);
  snapshot().holds.push_back({.goroutine = 0, .object = ObjectId(0)});

  EXPECT_TRUE(find(code_.here()).empty());
}

}  // namespace
}  // namespace goknot::target
