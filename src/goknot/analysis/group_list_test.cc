// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/group_list.h"

#include "tests/support/dumps.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::analysis {
namespace {

constexpr std::string_view kDump = R"(goroutine 1 [chan receive]:
main.main()
	/src/main.go:5 +0x1

goroutine 2 [chan send]:
main.work()
	/src/main.go:10 +0x1
created by main.main
	/src/main.go:4 +0x1

goroutine 3 [sleep]:
main.work()
	/src/main.go:12 +0x1
created by main.main
	/src/main.go:4 +0x1

goroutine 4 [sleep]:
main.work()
	/src/main.go:12 +0x1
created by main.main
	/src/main.go:4 +0x1
)";

TEST(SimilarGroups, LinesAndStatesDoNotMatter) {
  const auto groups = similar_groups(testing_support::read_dump(kDump).snapshots.back());

  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].count, 3U);
  EXPECT_EQ(groups[0].frames.front().function, "main.work");
  EXPECT_EQ(groups[0].frames.front().line, 0U);
}

TEST(SimilarGroups, TheirStatesAreCountedTheMostFrequentFirst) {
  const auto groups = similar_groups(testing_support::read_dump(kDump).snapshots.back());

  ASSERT_FALSE(groups.empty());
  ASSERT_EQ(groups[0].statuses.size(), 2U);
  EXPECT_EQ(groups[0].statuses[0].first, "sleep");
  EXPECT_EQ(groups[0].statuses[0].second, 2U);
}

TEST(SimilarGroups, TheLargestIsTheFirst) {
  const auto groups = similar_groups(testing_support::read_dump(kDump).snapshots.back());

  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].id, "s1");
  EXPECT_EQ(groups[1].id, "s2");
  EXPECT_EQ(groups[1].count, 1U);
}

}  // namespace
}  // namespace goknot::analysis
