// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/surroundings.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

TEST(Surroundings, HaveNothingThatWasNotCopied) {
  Surroundings surroundings;

  surroundings.want(0x1000, 16);

  EXPECT_TRUE(surroundings.at(0x1000, 16).empty()) << "asked for, but not copied yet";
  EXPECT_TRUE(surroundings.at(0x2000, 16).empty());
}

}  // namespace
}  // namespace goknot::target
