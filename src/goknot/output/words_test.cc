// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace goknot::output {
namespace {

TEST(Words, AVerdictSaysHowSureItIs) {
  Verdict verdict;
  verdict.outcome = Outcome::deadlock;
  verdict.grade = Grade::likely;
  EXPECT_EQ(verdict_words(verdict), "DEADLOCK, likely.");

  verdict.outcome = Outcome::healthy;
  verdict.grade.reset();
  EXPECT_EQ(verdict_words(verdict), "HEALTHY.");
}

TEST(Words, AWordForTheShellCannotBeObeyed) {
  EXPECT_EQ(shell_word("dump-1.txt"), "dump-1.txt");
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_word("it's $(date)"), "'it'\\''s $(date)'");
  EXPECT_EQ(shell_word("-o"), "./-o");
}

TEST(Words, WhatNoQuotesCanHelpIsNoWordForTheShell) {
  EXPECT_EQ(shell_word(""), "");
  EXPECT_EQ(shell_word("-"), "");
  EXPECT_EQ(shell_word("a\nb"), "");
  EXPECT_EQ(shell_word("\xff"), "");
  EXPECT_EQ(shell_word(std::string(201, 'a')), "");
}

TEST(Words, WhoIsPartOfNoFindingIsUninvolved) {
  Diagnosis diagnosis;
  diagnosis.counts.goroutines = 10;
  diagnosis.counts.system = 2;
  diagnosis.findings.resize(2);
  diagnosis.findings[0].severity = Severity::leak;
  diagnosis.findings[0].root_count = 1;
  diagnosis.findings[0].victim_count = 3;
  diagnosis.findings[1].severity = Severity::info;
  diagnosis.findings[1].root_count = 4;
  EXPECT_EQ(uninvolved(diagnosis), 4U);

  diagnosis.findings[0].victim_count = 100;
  EXPECT_EQ(uninvolved(diagnosis), 0U);
}

TEST(Words, AnIncompleteDumpSaysHowManyThereWere) {
  Diagnosis diagnosis;
  diagnosis.counts.goroutines = 10;
  diagnosis.origin.declared_total = 2000;

  const auto parts = headline(diagnosis);

  EXPECT_NE(std::ranges::find(parts, "incomplete: there were 2,000"), parts.end());
}

TEST(Words, MemoryOfADeadlockIsOnlyWorthAWordIfItIsMuch) {
  Finding finding;
  finding.severity = Severity::deadlock;
  finding.held = Held{.stacks = 8192, .heap = {}};
  EXPECT_EQ(held_words(finding), "");

  finding.severity = Severity::leak;
  EXPECT_NE(held_words(finding), "");
}

TEST(Words, APlaceIsNamedByTheFileWithoutItsFolders) {
  EXPECT_EQ(location_of({.function = "", .file = "/a/b/hub.go", .line = 281}), "hub.go:281");
  EXPECT_EQ(location_of({.function = "", .file = "hub.go", .line = 0}), "hub.go");
  EXPECT_EQ(location_of({}), "");
}

}  // namespace
}  // namespace goknot::output
