// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/census.h"

#include "tests/support/fake_crowd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing_support::FakeCrowd;

struct CensusTest : testing::Test {
  std::vector<Present> take() {
    return *Census(crowd.memory, crowd.program, crowd.reading.marks).take();
  }
  std::vector<Address> ran(std::span<const Present> before) {
    return ran_between(before, take(), crowd.reading.series.snapshots.front());
  }

  FakeCrowd crowd;
  std::uint32_t parked = crowd.add_blocked(crowd.objects);
};

TEST_F(CensusTest, KnowsTheRowsOfTheSnapshot) {
  const Address stranger = crowd.add_stranger();
  const auto census = take();
  ASSERT_EQ(census.size(), 2U);
  EXPECT_EQ(census[0].row, parked);
  EXPECT_EQ(census[0].key, crowd.reading.marks[parked].key);
  EXPECT_EQ(census[1].goroutine, stranger);
  EXPECT_EQ(census[1].row, Present::kNoRow);
  EXPECT_TRUE(census[1].running);
}

TEST_F(CensusTest, WhoLayStillDidNotRun) { EXPECT_THAT(ran(take()), IsEmpty()); }

TEST_F(CensusTest, WhoRunsRan) {
  const std::uint32_t running = crowd.add_running();
  EXPECT_THAT(ran(take()), ElementsAre(crowd.goroutine(running)));
}

TEST_F(CensusTest, WhoCameBackToItsPlaceRan) {
  const auto before = take();
  crowd.move(parked);
  EXPECT_THAT(ran(before), ElementsAre(crowd.goroutine(parked)));
}

TEST_F(CensusTest, WhoWasBornInBetweenRan) {
  const auto before = take();
  const Address stranger = crowd.add_stranger();
  EXPECT_THAT(ran(before), ElementsAre(stranger));
}

TEST_F(CensusTest, TheRuntimesOwnDoNotCount) {
  const auto row = crowd.add_running();
  crowd.reading.series.snapshots.front().goroutines[row].system = true;
  EXPECT_THAT(ran(take()), IsEmpty());
}

}  // namespace
}  // namespace goknot::target
