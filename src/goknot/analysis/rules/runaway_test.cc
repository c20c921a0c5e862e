// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::culprit_of;
using testing_support::diagnose_dump;
using testing_support::findings_of;
using testing_support::sketch;

// A profile in text, `counts` goroutines in groups that stand in different functions.
std::string profile(std::initializer_list<int> counts) {
  int total = 0;
  std::string stacks;
  for (const int count : counts) {
    total += count;
    const std::string at = std::to_string(counts.size()) + std::to_string(stacks.size());
    stacks += std::to_string(count) + " @ 0x43c096 0x40a1ec 0x6b5" + at + "\n#\t0x6b5" + at +
              "\tmain.stand" + at + "+0x45\t/src/stand.go:" + at + "\n\n";
  }
  return "goroutine profile: total " + std::to_string(total) + "\n" + stacks;
}

TEST(Runaway, OneGroupOfThousandsAmongFewIsPossiblyALeak) {
  const Diagnosis d = diagnose_dump(profile({1001, 3, 1}));

  EXPECT_EQ(findings_of(d), "runaway orphan leak possible: 1001 \u00d7");
  EXPECT_EQ(culprit_of(d).substr(0, 10), "main.stand");
  EXPECT_EQ(d.verdict.outcome, Outcome::suspicious);
}

TEST(Runaway, AThousandIsNoCrowdYet) { EXPECT_EQ(findings_of(profile({1000, 3, 1})), ""); }

// A reader and a writer for each connection: as many of one as of the other, more or less.
TEST(Runaway, SeveralGroupsOfOneSizeAreADesign) {
  EXPECT_EQ(findings_of(profile({5000, 5000, 1})), "");
  EXPECT_EQ(findings_of(profile({5000, 501, 1})), "");
}

TEST(Runaway, IdleConnectionsOfAServerMayBeMany) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    100-1300 [IO wait, 2 minutes]
      netread
      net/http.(*connReader).Read(0xc00019e000) server.go:798
      bufio.(*Reader).fill(0xc0001b6000) bufio.go:113
      bufio.(*Reader).Peek(0xc0001b6000, 0x4) bufio.go:152
      net/http.(*conn).serve(0xc0001a6000) server.go:2137
      by net/http.(*Server).Serve in 1)")),
            "");
}

TEST(Runaway, WhoRanWhenHeldStillIsARemark) {
  Series series = testing_support::read_dump(sketch(R"(
    1 [sleep]
      sleep
      main.main() main.go:12
    7 [running]
      main.(*Table).rebuild(0xc000020000) table.go:33
      by main.main in 1)"));
  const auto unheld = diagnose(series);
  series.snapshots.back().origin.stopped_seconds = 0.0001;

  const auto held = diagnose(series);

  EXPECT_EQ(findings_of(*unheld), "");
  EXPECT_EQ(findings_of(*held), "runaway none info possible: 7");
  EXPECT_EQ(held->verdict.outcome, Outcome::healthy);
}

}  // namespace
}  // namespace goknot::analysis
