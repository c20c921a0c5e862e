// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/unclear_calls.h"

#include "tests/support/written_code.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::WrittenCode;

constexpr Address kLock = WrittenCode::kVariable;

// Goroutines that have deferred func() { mu.Unlock() }; goroutine 1 waits for mu.
class UnclearCallsTest : public testing::Test {
 protected:
  UnclearCallsTest() { code_.take(kLock).call("sync.(*Mutex).Unlock").leave(); }

  static Address g(std::int64_t id) { return 0xc000000000 + 0x400 * static_cast<Address>(id); }
  void note(std::int64_t id) {
    Specimen specimen;
    specimen.record.address = g(id);
    specimen.record.key.id = id;
    PendingCall call;
    call.code = code_.begin();
    calls_.note(specimen, call, 3);
  }
  // The ids of those who would release these locks.
  std::vector<std::int64_t> releasers(const Locks& locks = {{kLock, ObjectKind::mutex}}) {
    std::vector<std::int64_t> ids;
    for (const auto& one : calls_.releasers_of(locks, wanted_, unlocks_)) {
      ids.push_back(one.key.id);
    }
    return ids;
  }

  WrittenCode code_;
  Unlocks unlocks_{code_.code()};
  UnclearCalls calls_;
  Wanted wanted_ = {{g(1), kLock}};
};

using Ids = std::vector<std::int64_t>;

TEST_F(UnclearCallsTest, OneOfTheLocksThatIsAskedForIsTold) {
  note(2);

  const auto found = calls_.releasers_of({{kLock, ObjectKind::mutex}}, wanted_, unlocks_);

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].depth, 3U);
  EXPECT_EQ(found[0].side, LockSide{.lock = kLock});
  EXPECT_EQ(releasers({{kLock + 8, ObjectKind::mutex}}), Ids());
  EXPECT_EQ(releasers({{kLock, ObjectKind::rwmutex}}), Ids());
}

TEST_F(UnclearCallsTest, TheOnlyOneMayWaitForItItself) {
  note(1);

  EXPECT_EQ(releasers(), Ids{1});
}

TEST_F(UnclearCallsTest, OfSeveralItIsTheOneThatDoesNotWait) {
  note(1);
  note(2);

  EXPECT_EQ(releasers(), Ids{2});
}

TEST_F(UnclearCallsTest, OfTwoThatDoNotWaitItIsNeither) {
  note(1);
  note(2);
  note(3);

  EXPECT_EQ(releasers(), Ids());
}

TEST_F(UnclearCallsTest, WhoHasDeferredTwoSuchCallsIsOne) {
  note(2);
  note(2);

  EXPECT_EQ(releasers(), (Ids{2, 2}));
}

}  // namespace
}  // namespace goknot::target
