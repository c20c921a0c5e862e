// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::culprit_of;
using testing_support::findings_of;
using testing_support::sketch;

using testing_support::diagnose_looks;

// A look at a program with some goroutines in one place, the first of them with this id.
std::string look(int first, int last) {
  return sketch(
      "1 [running]\n main.main() main.go:12\n5 [chan receive]\n main.run() "
      "main.go:30\n by main.main in 1\n" +
      std::to_string(first) + "-" + std::to_string(last) + R"( [select]
      main.(*Session).wait(0xc000020000) session.go:33
      main.(*Session).open(0xc000020000) session.go:21
      main.accept() accept.go:9
      by main.main in 1)");
}

TEST(LeakGrowing, AGroupThatDoublesAndLosesNobodyOverThreeLooksIsLikely) {
  const Diagnosis d = diagnose_looks({look(10, 15), look(10, 20), look(10, 30)});

  EXPECT_EQ(findings_of(d).substr(0, 41), "leak-growing orphan leak likely: 10 11 12");
  EXPECT_EQ(d.findings.at(0).root_count, 21U);
  EXPECT_EQ(culprit_of(d), "main.(*Session).wait");
}

TEST(LeakGrowing, TwoLooksMakeItPossible) {
  EXPECT_EQ(findings_of(diagnose_looks({look(10, 15), look(10, 30)})).substr(0, 36),
            "leak-growing orphan leak possible: 1");
}

TEST(LeakGrowing, NineMoreAreTheOrdinaryComingAndGoing) {
  EXPECT_EQ(findings_of(diagnose_looks({look(10, 12), look(10, 21)})), "");
}

TEST(LeakGrowing, LessThanTwiceAsManyIsNoGrowth) {
  EXPECT_EQ(findings_of(diagnose_looks({look(10, 60), look(10, 75)})), "");
}

TEST(LeakGrowing, AGroupThatShrankInBetweenComesAndGoes) {
  EXPECT_EQ(findings_of(diagnose_looks({look(10, 15), look(10, 40), look(10, 35)})), "");
}

}  // namespace
}  // namespace goknot::analysis
