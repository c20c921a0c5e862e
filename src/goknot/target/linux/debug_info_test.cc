// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/debug_info.h"

#include "tests/support/go_binary.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

TEST(DebugInfo, AFileWithoutItHasNone) {
  EXPECT_FALSE(DebugInfo::open("/proc/self/status").has_value());
  EXPECT_FALSE(DebugInfo::open("/no/such/file").has_value());
}

class DebugInfoOfGo : public testing::Test {
 protected:
  DebugInfoOfGo() : binary_(testing_support::go_binary({})) {
    if (binary_.path) info_ = DebugInfo::open(*binary_.path);
  }
  void SetUp() override {
    if (!binary_.path) GTEST_SKIP() << binary_.why_not;
    ASSERT_TRUE(info_.has_value());
  }

  testing_support::GoBinary binary_;
  std::optional<DebugInfo> info_;
};

TEST_F(DebugInfoOfGo, NamesTheFieldOfAVariable) {
  EXPECT_EQ(info_->field("main.guarded", 8), ".mu");
  EXPECT_EQ(info_->field("main.guarded", 16), ".Once");
}

TEST_F(DebugInfoOfGo, NamesNothingWhereNoLockBegins) {
  EXPECT_EQ(info_->field("main.guarded", 0), std::nullopt);
  EXPECT_EQ(info_->field("main.guarded", 12), std::nullopt);
  EXPECT_EQ(info_->field("main.guarded", 4096), std::nullopt);
}

TEST_F(DebugInfoOfGo, KnowsNoVariableThatIsNotThere) {
  EXPECT_EQ(info_->field("main.no_such", 0), std::nullopt);
  EXPECT_EQ(info_->field("", 0), std::nullopt);
}

}  // namespace
}  // namespace goknot::target
