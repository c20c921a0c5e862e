// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/group.h"

#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::read_dump;
using testing_support::sketch;

// Two stand in one place, one a line below; the last was started elsewhere.
const std::string& four() {
  static const std::string text = sketch(R"(
    5 [chan send, 3 minutes]
      main.f(0xc000010000) f.go:10
      by main.main in 1
    6 [chan send]
      main.f(0xc000020000) f.go:10
      by main.main in 1
    7 [chan send, 9 minutes]
      main.f(0xc000010000) f.go:11
      by main.main in 1
    8 [chan send]
      main.f(0xc000010000) f.go:10
      by main.other in 1)");
  return text;
}

TEST(Group, ArgumentsAndAgesDoNotTellGoroutinesApart) {
  const Series series = read_dump(four());

  const std::vector<Group> groups = group(series.snapshots.front());

  ASSERT_EQ(groups.size(), 3U);
  EXPECT_THAT(groups[0].members, testing::ElementsAre(0, 1));
  EXPECT_EQ(groups[0].count, 2U);
}

TEST(Group, LinesAndStartersTellGoroutinesApart) {
  const Series series = read_dump(four());

  const std::vector<Group> groups = group(series.snapshots.front());

  EXPECT_THAT(groups.at(1).members, testing::ElementsAre(2));
  EXPECT_THAT(groups.at(2).members, testing::ElementsAre(3));
}

TEST(Group, SimilarIgnoresLines) {
  const Series series = read_dump(four());

  const std::vector<Group> groups =
      group(series.snapshots.front(), {.likeness = Likeness::similar});

  ASSERT_EQ(groups.size(), 2U);
  EXPECT_THAT(groups[0].members, testing::ElementsAre(0, 1, 2));
  EXPECT_EQ(groups[0].least_minutes, 3);
  EXPECT_EQ(groups[0].most_minutes, 9);
}

TEST(Group, StatusTellsApartUnlessSimilar) {
  const Series series = read_dump(sketch(R"(
    5 [chan send]
      main.f() f.go:10
    6 [chan receive]
      main.f() f.go:10)"));

  EXPECT_EQ(group(series.snapshots.front()).size(), 2U);
  EXPECT_EQ(group(series.snapshots.front(), {.likeness = Likeness::similar}).size(), 1U);
}

TEST(Group, AnAgeThatIsNotToldIsNotZero) {
  const Series series = read_dump(four());

  const std::vector<Group> groups = group(series.snapshots.front());

  EXPECT_EQ(groups.at(0).least_minutes, 3);
  EXPECT_EQ(groups.at(2).least_minutes, -1);
  EXPECT_EQ(groups.at(2).most_minutes, -1);
}

TEST(Group, NobodyMakesNoGroup) { EXPECT_TRUE(group(Snapshot()).empty()); }

}  // namespace
}  // namespace goknot::analysis
