// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/verdict.h"

#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::sketch;
using testing_support::Stage;

Finding finding(Severity severity, Grade grade, Shape shape = Shape::orphan) {
  Finding finding;
  finding.severity = severity;
  finding.grade = grade;
  finding.shape = shape;
  finding.title = "1 goroutine waits";
  finding.root_count = 1;
  return finding;
}

// The outcome for some findings on a healthy stage.
Outcome outcome(std::vector<Finding> findings) {
  const Stage stage(sketch("1 [running]\n main.main() main.go:1"));
  rank(findings);
  return make_verdict(stage.scene(), findings).outcome;
}

TEST(Verdict, TheWorstSureFindingDecides) {
  EXPECT_EQ(
      outcome({finding(Severity::leak, Grade::proved), finding(Severity::deadlock, Grade::likely)}),
      Outcome::deadlock);
  EXPECT_EQ(outcome({finding(Severity::leak, Grade::likely),
                     finding(Severity::deadlock, Grade::possible)}),
            Outcome::leak);
  EXPECT_EQ(outcome({finding(Severity::deadlock, Grade::possible)}), Outcome::suspicious);
  EXPECT_EQ(outcome({finding(Severity::warning, Grade::likely, Shape::convoy)}),
            Outcome::contention);
  EXPECT_EQ(outcome({finding(Severity::warning, Grade::likely)}), Outcome::suspicious);
  EXPECT_EQ(outcome({finding(Severity::info, Grade::proved)}), Outcome::healthy);
  EXPECT_EQ(outcome({}), Outcome::healthy);
}

TEST(Verdict, SureFindingsRankBeforeWorseOnes) {
  std::vector<Finding> findings = {finding(Severity::info, Grade::proved),
                                   finding(Severity::deadlock, Grade::possible),
                                   finding(Severity::leak, Grade::likely)};

  rank(findings);

  EXPECT_EQ(findings[0].severity, Severity::leak);
  EXPECT_EQ(findings[1].severity, Severity::deadlock);
  EXPECT_EQ(findings[2].severity, Severity::info);
  EXPECT_EQ(findings[0].id, "f1");
}

TEST(Verdict, AmongEqualsMoreVictimsRankFirst) {
  std::vector<Finding> findings = {finding(Severity::leak, Grade::likely),
                                   finding(Severity::leak, Grade::likely)};
  findings[1].victim_count = 40;

  rank(findings);

  EXPECT_EQ(findings[0].victim_count, 40U);
}

TEST(Verdict, CountsThoseBehindTheRoots) {
  const Stage stage(sketch("1 [running]\n main.main() main.go:1"));
  Finding one = finding(Severity::deadlock, Grade::likely);
  one.victim_count = 3;

  EXPECT_EQ(make_verdict(stage.scene(), {one}).text,
            "1 goroutine waits; 3 goroutines wait behind it.");
}

TEST(Verdict, WhatWasNotReadWholeIsNotCalledHealthy) {
  Series series = testing_support::read_dump(sketch("1 [running]\n main.main() main.go:1"));
  series.snapshots[0].origin.complete = false;
  const Stage stage(std::move(series));

  EXPECT_EQ(make_verdict(stage.scene(), {}).outcome, Outcome::unknown);
}

TEST(Verdict, ACrashIsNamed) {
  const Stage stage("panic: out of range\n\n" + sketch("1 [running]\n main.main() main.go:1"));

  const Verdict verdict = make_verdict(stage.scene(), {});

  EXPECT_EQ(verdict.outcome, Outcome::healthy);
  EXPECT_THAT(verdict.text, testing::HasSubstr("panic: out of range"));
}

}  // namespace
}  // namespace goknot::analysis
