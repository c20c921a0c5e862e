// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/possible_releases.h"

#include "tests/support/written_code.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::WrittenCode;

constexpr std::uint8_t kFirst = 8, kRelease = 12;  // a word of a funcval; bytes of take and call

class PossibleReleasesTest : public testing::Test {
 protected:
  const std::vector<PossibleRelease>& found() { return releases_.of(code_.begin()); }

  WrittenCode code_;
  LockCalls calls_{code_.code()};
  LockWrappers wrappers_{code_.code(), calls_};
  PossibleReleases releases_{code_.code(), wrappers_};
};

TEST_F(PossibleReleasesTest, AreToldWithWhatTheyDependOn) {
  code_.take_captured(kFirst).skip_if_zero(4, kRelease);
  code_.take(WrittenCode::kVariable).call("sync.(*Mutex).Unlock").leave();

  ASSERT_EQ(found().size(), 1U);
  EXPECT_EQ(found()[0].function.kind, ObjectKind::mutex);
  ASSERT_EQ(found()[0].conditions.size(), 1U);
  EXPECT_EQ(found()[0].conditions[0].size, 1U);
  EXPECT_FALSE(found()[0].conditions[0].equal);
}

TEST_F(PossibleReleasesTest, WhatIsTakenBeforeIsNone) {
  code_.take(WrittenCode::kVariable).call("sync.(*Mutex).Lock");
  code_.take(WrittenCode::kVariable).call("sync.(*Mutex).Unlock").leave();

  EXPECT_TRUE(found().empty());
}

TEST_F(PossibleReleasesTest, WhatDependsOnSomethingElseIsLeftOut) {
  code_.branch_over(kRelease).take(WrittenCode::kVariable).call("sync.(*Mutex).Unlock").leave();

  EXPECT_TRUE(found().empty());
}

TEST_F(PossibleReleasesTest, ALockThatIsNotToldIsLeftOut) {
  code_.call_indirectly().call("sync.(*Mutex).Unlock").leave();

  EXPECT_TRUE(found().empty());
}

TEST_F(PossibleReleasesTest, AFunctionThatReleasesNothingHasNone) {
  code_.take(WrittenCode::kVariable).call("sync.(*Mutex).Lock").leave();

  EXPECT_TRUE(found().empty());
  EXPECT_TRUE(releases_.of(code_.begin() + 1).empty());
}

}  // namespace
}  // namespace goknot::target
