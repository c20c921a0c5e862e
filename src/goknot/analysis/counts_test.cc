// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/counts.h"

#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::read_dump;
using testing_support::read_looks;
using testing_support::sketch;

TEST(Counts, StatusesAddUpAndTheMostFrequentComesFirst) {
  const Counts counts = count(read_dump(sketch(R"(
    1 [running]
      main.main() main.go:12
    7-9 [select, 5 minutes]
      main.work() work.go:8
    10 [chan receive]
      main.work() work.go:8)")));

  EXPECT_EQ(counts.goroutines, 5U);
  EXPECT_EQ(counts.unique_ids, 5U);
  EXPECT_THAT(counts.by_status,
              testing::ElementsAre(testing::Pair("select", 3), testing::Pair("chan receive", 1),
                                   testing::Pair("running", 1)));
}

TEST(Counts, CoverAllLooksButCountAnIdOnce) {
  const std::string look = sketch("5-7 [select]\n main.work() work.go:8");

  const Counts counts = count(read_looks({look, look}));

  EXPECT_EQ(counts.goroutines, 6U);
  EXPECT_EQ(counts.unique_ids, 3U);
}

TEST(Counts, RowsOfAProfileCountManyTimes) {
  const Counts counts =
      count(read_dump("goroutine profile: total 40\n"
                      "40 @ 0x43c096 0x40a1ec\n"
                      "#\t0x40a1ec\tmain.work+0x45\t/src/work.go:8\n"));

  EXPECT_EQ(counts.goroutines, 40U);
  EXPECT_EQ(counts.unique_ids, 40U);
  EXPECT_THAT(counts.by_status, testing::ElementsAre(testing::Pair("unknown", 40)));
}

TEST(Counts, EveryLookHasALine) {
  const std::string look = sketch("5-7 [select]\n main.work() work.go:8");

  const auto summaries = summarise(read_looks({look, look}));

  ASSERT_EQ(summaries.size(), 2U);
  EXPECT_EQ(summaries[1].goroutines, 3U);
}

}  // namespace
}  // namespace goknot::analysis
