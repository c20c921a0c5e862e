// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/assert.h"

#include <gtest/gtest.h>

namespace goknot {
namespace {

TEST(Assert, APromiseThatIsKeptCostsNothing) {
  int looked = 0;
  GOKNOT_ASSERT(++looked == 1);

  EXPECT_EQ(looked, 1);
}

TEST(AssertDeathTest, ABrokenOneEndsTheProgramAndSaysWhere) {
  EXPECT_DEATH(GOKNOT_ASSERT(1 > 2), "internal error: 1 > 2 .*assert_test.cc:");
}

}  // namespace
}  // namespace goknot
