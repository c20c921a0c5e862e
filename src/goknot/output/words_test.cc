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

// The parts of the first line with bars between.
std::string headline_of(const Diagnosis& diagnosis) {
  std::string text;
  for (const std::string& part : headline(diagnosis)) text += (text.empty() ? "" : " | ") + part;
  return text;
}

TEST(Words, AProcessIsCalledByItsNameNotByTheNumberThatWasGiven) {
  Diagnosis diagnosis;
  diagnosis.counts.goroutines = 1;
  Origin& origin = diagnosis.origin;
  origin.kind = SourceKind::process;
  origin.target = "4242";
  origin.pid = 4242;
  origin.go_version = "go1.26.8";
  origin.go_version_exact = true;
  origin.stopped_seconds = 0;
  EXPECT_EQ(headline_of(diagnosis),
            "4242 | pid 4242 | go1.26.8 | 1 goroutine | read in under 1 ms, not stopped");

  origin.facts = ProgramFacts();
  origin.facts->name = "hub";
  origin.facts->container = "docker 3f2c";
  origin.facts->uptime_seconds = 120;
  origin.facts->standstill = "stopped by a signal";
  origin.stopped_seconds = 0.0005;
  EXPECT_EQ(headline_of(diagnosis),
            "hub | pid 4242 in docker 3f2c | go1.26.8 | up 2 min | stopped by a signal | "
            "1 goroutine | read in under 1 ms, stopped at most 0.5 ms");
}

TEST(Words, ACoreIsThatOfAProgramAndEndedBySomething) {
  Diagnosis diagnosis;
  Origin& origin = diagnosis.origin;
  origin.kind = SourceKind::core;
  origin.target = "core.812";
  origin.pid = 812;
  origin.cause = Cause::signal;
  origin.cause_text = "SIGABRT";

  EXPECT_EQ(headline_of(diagnosis),
            "core.812 | core | pid 812 | ended by SIGABRT | 0 goroutines | read in under 1 ms");
}

TEST(Words, StandardInputHasAName) {
  Diagnosis diagnosis;
  diagnosis.origin.target = "-";
  diagnosis.origin.format = "sigquit";
  diagnosis.origin.go_version = "go1.17";
  diagnosis.origin.lines = 1200;

  EXPECT_EQ(headline_of(diagnosis),
            "standard input | SIGQUIT dump, go1.17+ | 0 goroutines | 1,200 lines in under 1 ms");
}

TEST(Words, ADumpThatIsNotAllIsSaidToBeIncomplete) {
  Diagnosis diagnosis;
  diagnosis.origin.complete = false;
  EXPECT_NE(headline_of(diagnosis).find("| incomplete |"), std::string::npos);

  diagnosis.counts.goroutines = 7;
  diagnosis.origin.declared_total = 7;
  diagnosis.origin.complete = true;
  EXPECT_EQ(headline_of(diagnosis).find("incomplete"), std::string::npos);
}

TEST(Words, AnUnknownKindOfDumpKeepsItsWord) {
  EXPECT_EQ(format_words("goleak"), "goleak report");
  EXPECT_EQ(format_words("something"), "something");
}

TEST(Words, CommandsLeadToTheRootFirst) {
  Diagnosis diagnosis;
  diagnosis.origin.target = "a b.txt";
  EXPECT_EQ(next_commands(diagnosis).front(), "goknot groups 'a b.txt'");

  diagnosis.findings.resize(1);
  diagnosis.findings[0].severity = Severity::leak;
  diagnosis.findings[0].roots = {418};
  EXPECT_EQ(next_commands(diagnosis).front(), "goknot stack 'a b.txt' 418");

  diagnosis.findings[0].severity = Severity::info;
  EXPECT_EQ(next_commands(diagnosis).front(), "goknot groups 'a b.txt'");

  diagnosis.origin.target = "\n";
  EXPECT_EQ(next_commands(diagnosis).front(), "goknot groups FILE");
}

TEST(Words, APlaceMayHaveOnlyAFunctionOrAFile) {
  EXPECT_EQ(place_words({.function = "a/b/node.(*Hub).Add", .file = "/x/hub.go", .line = 2}),
            "node.(*Hub).Add hub.go:2");
  EXPECT_EQ(place_words({.function = "main.f", .file = "", .line = 0}), "main.f");
  EXPECT_EQ(place_words({.function = "", .file = "/x/hub.go", .line = 2}), "hub.go:2");
  EXPECT_EQ(place_words({}), "");
}

TEST(Words, ATreeIsMadeOfCulpritsWhereThereIsNone) {
  Finding finding;
  finding.culprits = {{Role::holds, {"main.f", "/f.go", 3}, 418},
                      {Role::created, {"main.g", "/f.go", 9}, std::nullopt}};

  const auto tree = tree_of(finding);

  ASSERT_EQ(tree.size(), 2U);
  EXPECT_EQ(tree[0].who, "418");
  EXPECT_EQ(tree[0].lines[0].first, "holds");
  EXPECT_EQ(tree[1].who, "");
}

}  // namespace
}  // namespace goknot::output
