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

constexpr std::string_view kTest = R"(
    1 [chan receive, 10 minutes]
      testing.(*T).Run(0xc000003500) testing.go:1859
      main.main() _testmain.go:45
    6 [IO wait, 9 minutes]
      netread
      example.com/depot.TestFetch(0xc000003500) depot_test.go:25
      testing.tRunner(0xc000003500) testing.go:1792
      by testing.(*T).Run in 1)";

TEST(ExternalWait, ATestThatRanOutOfTimeWaitsForTheNetwork) {
  const Diagnosis d =
      diagnose_dump(sketch("|panic: test timed out after 10m0s\n" + std::string(kTest)));

  EXPECT_EQ(findings_of(d), "external-wait none warning likely: 6");
  EXPECT_EQ(culprit_of(d), "example.com/depot.TestFetch");
  EXPECT_EQ(d.verdict.outcome, Outcome::suspicious);
}

TEST(ExternalWait, ATestThatIsOnlyInterruptedIsNothing) {
  EXPECT_EQ(findings_of(sketch("|SIGQUIT: quit\n" + std::string(kTest))), "");
}

TEST(ExternalWait, AConnectionThatATestKeepsOpenIsNotItsBody) {
  EXPECT_EQ(findings_of(sketch(R"(
    |panic: test timed out after 10m0s
    6 [runnable, 9 minutes]
      example.com/depot.TestFetch(0xc000003500) depot_test.go:25
      testing.tRunner(0xc000003500) testing.go:1792
      by testing.(*T).Run in 1
    7 [IO wait, 9 minutes]
      netread
      example.com/depot.pump(0xc000003500) depot.go:25
      by example.com/depot.TestFetch in 6)")),
            "");
}

}  // namespace
}  // namespace goknot::analysis
