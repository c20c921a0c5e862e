// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/diagnose.h"

#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::diagnose_dump;
using testing_support::diagnose_looks;
using testing_support::findings_of;
using testing_support::read_looks;
using testing_support::sketch;

constexpr std::string_view kHub = R"(
    1 [running]
      main.main() main.go:12
    20 [chan send, 5 minutes]
      main.(*Hub).Publish(0xc000020000) hub.go:33
      by main.serve in 1
    30-31 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:50
      by main.serve in 1
    40 [chan send (nil chan)]
      main.feed() feed.go:9
      by main.main in 1)";

TEST(Diagnose, EverySeparateIllnessIsAFindingAndTheWorstComesFirst) {
  const Diagnosis d = diagnose_dump(sketch(kHub));

  EXPECT_EQ(findings_of(d),
            "lock-held-across-wait orphan deadlock likely: 20 < 30 31\n"
            "nil-chan orphan leak proved: 40");
  EXPECT_EQ(d.findings[0].id, "f1");
  EXPECT_EQ(d.counts.stacks, 4U);
}

TEST(Diagnose, WithoutTheListOfGroupsEverythingElseIsTheSame) {
  const Diagnosis whole = diagnose_dump(sketch(kHub));
  const auto result =
      diagnose(read_looks({sketch(kHub)}), {.ignore = {}, .groups = GroupDetail::none});
  ASSERT_TRUE(result);
  const Diagnosis& d = *result;

  EXPECT_EQ(findings_of(d), findings_of(whole));
  EXPECT_EQ(d.counts.stacks, 4U);
  EXPECT_EQ(d.findings[0].groups, whole.findings[0].groups);
  EXPECT_EQ(whole.groups.size(), 4U);
  EXPECT_TRUE(d.groups.empty());
}

TEST(Diagnose, TheSameInputGivesTheSameDiagnosis) {
  const Diagnosis a = diagnose_dump(sketch(kHub));
  const Diagnosis b = diagnose_dump(sketch(kHub));

  EXPECT_EQ(findings_of(a), findings_of(b));
  EXPECT_EQ(a.verdict.text, b.verdict.text);
  for (std::size_t i = 0; i < a.findings.size(); i++) {
    EXPECT_EQ(a.findings[i].fingerprint, b.findings[i].fingerprint);
    EXPECT_EQ(a.findings[i].title, b.findings[i].title);
    EXPECT_EQ(a.findings[i].explanation, b.findings[i].explanation);
    EXPECT_EQ(a.findings[i].groups, b.findings[i].groups);
  }
}

TEST(Diagnose, IgnoresRulesFunctionsAndFingerprints) {
  const std::string fingerprint = diagnose_dump(sketch(kHub)).findings.at(1).fingerprint;

  EXPECT_EQ(findings_of(diagnose_dump(sketch(kHub), {.ignore = {"lock-held-across-wait"}})),
            "nil-chan orphan leak proved: 40");
  EXPECT_EQ(findings_of(diagnose_dump(sketch(kHub), {.ignore = {"main.(*Hub).Publish"}})),
            "nil-chan orphan leak proved: 40");
  EXPECT_EQ(findings_of(diagnose_dump(sketch(kHub), {.ignore = {fingerprint}})),
            "lock-held-across-wait orphan deadlock likely: 20 < 30 31");
}

TEST(Diagnose, IgnoringSomethingElseChangesNothing) {
  EXPECT_EQ(findings_of(diagnose_dump(sketch(kHub), {.ignore = {"main.(*Hub)", "convoy", ""}})),
            findings_of(diagnose_dump(sketch(kHub))));
}

TEST(Diagnose, AnEmptySnapshotHasNothingToSay) {
  Series series;
  series.snapshots.emplace_back();

  const auto diagnosis = diagnose(series);

  ASSERT_TRUE(diagnosis.has_value());
  EXPECT_EQ(diagnosis->verdict.outcome, Outcome::unknown);
  EXPECT_TRUE(diagnosis->findings.empty());
}

TEST(Diagnose, GoroutinesWithoutFramesDoNoHarm) {
  EXPECT_EQ(findings_of("goroutine 1 [running]:\n\ngoroutine 7 [chan send, 9 minutes]:\n\n"
                        "goroutine 8 [sync.Mutex.Lock, 9 minutes]:\n\n"
                        "goroutine 9 [select (no cases)]:\n\n"),
            "empty-select orphan leak possible: 9\n"
            "convoy convoy warning possible: < 8");
}

TEST(Diagnose, StandingStillOverTwoLooksCounts) {
  const std::string look = sketch(R"(
    1 [running]
      main.main() main.go:12
    20-23 [chan send]
      main.(*Feed).push(0xc000020000) feed.go:33
      by main.serve in 1)");

  EXPECT_EQ(findings_of(diagnose_dump(look)), "");
  EXPECT_EQ(findings_of(diagnose_looks({look, look})),
            "chan-no-partner orphan leak possible: 20 21 22 23");
}

TEST(Diagnose, WhoWaitsForStuckGoroutinesOfAHungProgramIsFoldedIntoThem) {
  EXPECT_EQ(findings_of(sketch(R"(
    |fatal error: all goroutines are asleep - deadlock!
    1 [sync.WaitGroup.Wait]
      wait 0xc000012070
      main.main() main.go:14
    6 [sync.WaitGroup.Wait]
      wait 0xc000013070
      main.part() main.go:20
      by main.main in 1
    7 [chan send]
      main.work() main.go:20
      by main.part in 6)")),
            "chan-no-partner orphan deadlock proved: 7 < 1 6");
}

TEST(Diagnose, CountsCoverAllLooks) {
  const Series series = read_looks({sketch(kHub), sketch(kHub)});

  const auto diagnosis = diagnose(series);

  EXPECT_EQ(diagnosis->snapshots.size(), 2U);
  EXPECT_EQ(diagnosis->counts.goroutines, 10U);
  EXPECT_EQ(diagnosis->counts.unique_ids, 5U);
}

}  // namespace
}  // namespace goknot::analysis
