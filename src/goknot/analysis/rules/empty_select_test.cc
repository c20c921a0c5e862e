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

TEST(EmptySelect, SeveralParkedGoroutinesAreAProvedLeak) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    1 [running]
      main.main() main.go:12
    6-8 [select (no cases)]
      main.hold() hold.go:25
      by main.main in 1)"));

  EXPECT_EQ(findings_of(d), "empty-select orphan leak proved: 6 7 8");
  EXPECT_EQ(culprit_of(d), "main.hold");
}

//     func main() { go serve(); select {} }
TEST(EmptySelect, MainThatKeepsItsProgramAliveIsOnlyMentioned) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    1 [select (no cases), 900 minutes]
      main.main() main.go:12
    6 [running]
      main.serve() serve.go:25
      by main.main in 1)"));

  EXPECT_EQ(findings_of(d), "empty-select orphan info proved: 1");
  EXPECT_EQ(d.verdict.outcome, Outcome::healthy);
}

TEST(EmptySelect, OneParkedGoroutineOutsideMainIsOnlyPossible) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    6 [select (no cases), 5 minutes]
      main.hold() hold.go:25
      by main.main in 1)")),
            "empty-select orphan leak possible: 6");
}

TEST(EmptySelect, MainOfASleepingProgramIsTheDeadlock) {
  EXPECT_EQ(findings_of(sketch(R"(
    |fatal error: all goroutines are asleep - deadlock!
    1 [select (no cases)]
      main.main() main.go:12)")),
            "empty-select orphan deadlock proved: 1");
}

TEST(EmptySelect, ASelectWithCasesIsNone) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    6-8 [select, 5 minutes]
      main.hold() hold.go:25
      by main.main in 1)")),
            "");
}

}  // namespace
}  // namespace goknot::analysis
