// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/sleepers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST(Sleepers, AreFoundByWhatCouldWakeThem) {
  Sleepers sleepers;
  sleepers.add(7, 1);
  sleepers.add(8, 2);
  sleepers.add(7, 3);

  EXPECT_THAT(sleepers.take(7), UnorderedElementsAre(1, 3));
  EXPECT_THAT(sleepers.take(8), UnorderedElementsAre(2));
  EXPECT_THAT(sleepers.take(9), IsEmpty());
}

TEST(Sleepers, AreGivenOnce) {
  Sleepers sleepers;
  sleepers.add(7, 1);
  sleepers.take(7);

  EXPECT_THAT(sleepers.take(7), IsEmpty());
}

}  // namespace
}  // namespace goknot::target
