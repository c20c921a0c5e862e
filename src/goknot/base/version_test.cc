// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot {
namespace {

TEST(Version, IsThreeNumbers) {
  EXPECT_THAT(std::string(version()), testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
}

}  // namespace
}  // namespace goknot
