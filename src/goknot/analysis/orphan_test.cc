// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/orphan.h"

#include "tests/support/dumps.h"
#include "tests/support/sketch.h"
#include "tests/support/stuck_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::sketch;
using testing_support::Stage;
using testing_support::StuckProgram;

std::vector<Draft> find_all(const Evidence& evidence) {
  return find_orphans(evidence, "chan-no-partner",
                      [](const Traits& traits) { return traits.kind == ObjectKind::channel; });
}

constexpr std::string_view kAsleep = R"(
    |fatal error: all goroutines are asleep - deadlock!
    1 [chan receive]
      main.main() main.go:12
    6-7 [chan send]
      main.work() main.go:20
      by main.main in 1)";

TEST(Orphan, EverySuspiciousGroupThatFitsIsAFinding) {
  const Stage stage(sketch(kAsleep));
  const std::vector<ContendedLock> locks;
  Evidence evidence(stage.scene(), locks);

  const auto drafts = find_all(evidence);

  ASSERT_EQ(drafts.size(), 2U);
  EXPECT_THAT(drafts[1].roots, testing::ElementsAre(stage.row(6), stage.row(7)));
  EXPECT_EQ(drafts[1].edges.size(), 2U);
  EXPECT_TRUE(drafts[1].unknown.empty());
}

TEST(Orphan, WhatIsExplainedIsLeftAlone) {
  const Stage stage(sketch(kAsleep));
  const std::vector<ContendedLock> locks;
  Evidence evidence(stage.scene(), locks);
  Draft earlier;
  earlier.roots = {stage.row(6)};
  evidence.explain(earlier);

  const auto drafts = find_all(evidence);

  ASSERT_EQ(drafts.size(), 2U);
  EXPECT_THAT(drafts[1].roots, testing::ElementsAre(stage.row(7)));
}

TEST(Orphan, AnAccusationThatIsNotProvedSaysWhatIsNotShown) {
  const Stage stage(sketch(R"(
    1 [running]
      main.main() main.go:12
    20-24 [chan send, 40 minutes]
      main.produce() query.go:33
      by main.main in 1)"));
  const std::vector<ContendedLock> locks;
  Evidence evidence(stage.scene(), locks);

  const auto drafts = find_all(evidence);

  ASSERT_EQ(drafts.size(), 1U);
  EXPECT_FALSE(drafts[0].unknown.empty());
  EXPECT_THAT(drafts[0].title, testing::HasSubstr("5 goroutines wait to send on a channel at "
                                                  "main.produce (query.go:33) for 40 min"));
}

// How many findings there are beside a goroutine 7 that stands there.
std::size_t found_beside(std::string_view other, std::string_view senders = "[chan send]") {
  const Stage stage(sketch("1 [running]\n main.main() main.go:12\n20-44 " + std::string(senders) +
                           "\n main.(*Gate).Do(0xc000012050) gate.go:9\n main.fetch() x.go:3\n"
                           " main.run() x.go:8\n by main.main in 1\n7 " +
                           std::string(other) + "\n main.run() x.go:8\n by main.main in 1"));
  const std::vector<ContendedLock> locks;
  return find_all(Evidence(stage.scene(), locks)).size();
}

TEST(Orphan, WhoCameButNowToABusyObjectWaitsForItsTurn) {
  constexpr std::string_view kBusy = "[sleep]\n main.(*Gate).Do(0xc000012050) gate.go:12";

  EXPECT_EQ(found_beside(kBusy), 0U);
  EXPECT_EQ(found_beside(kBusy, "[chan send, 3 minutes]"), 1U);
  EXPECT_EQ(found_beside("[sleep]\n main.(*Gate).Do(0xc000099050) gate.go:12"), 1U);
  EXPECT_EQ(found_beside("[sleep]\n main.(*Door).Do(0xc000012050) gate.go:12"), 1U);
  EXPECT_EQ(found_beside("[IO wait]\n main.(*Gate).Do(0xc000012050) gate.go:12"), 1U);
  EXPECT_EQ(found_beside("[select]\n main.(*Gate).Do(0xc000012050) gate.go:12"), 1U);
}

// Orphans by what the heap says, in a program whose memory was read.
std::vector<Draft> find_stuck(StuckProgram& program) {
  const Stage stage(program.take());
  const std::vector<ContendedLock> locks;
  const Evidence evidence(stage.scene(), locks);
  return find_all(evidence);
}

TEST(Orphan, WhoWaitsForTheSameThingInTwoPlacesIsOneFinding) {
  StuckProgram program;
  program.waits(5, Operation::receive, ObjectKind::channel, 0xc000012000)
      .waits(6, Operation::receive, ObjectKind::channel, 0xc000012000)
      .waits(7, Operation::receive, ObjectKind::channel, 0xc000013000);

  const auto drafts = find_stuck(program);

  ASSERT_EQ(drafts.size(), 2U);
  EXPECT_EQ(drafts[0].roots.size(), 2U);
  EXPECT_EQ(drafts[0].edges.size(), 2U);
  EXPECT_THAT(drafts[0].title, testing::HasSubstr("2 goroutines wait"));
  EXPECT_THAT(drafts[0].title, testing::HasSubstr(" and at main.f6"));
}

TEST(Orphan, WhatIsNotShownGoesByItsKind) {
  const auto unknown = [](std::string_view wait) {
    const Diagnosis d = testing_support::diagnose_dump(sketch(
        "|panic: test timed out after 10m0s\n" + std::string(wait) +
        "\n      testing.tRunner(0xc000003500) testing.go:1792\n      by testing.(*T).Run in 1"));
    return d.findings.empty() || d.findings.front().unknown.empty()
               ? std::string()
               : d.findings.front().unknown.front().substr(0, 18);
  };
  EXPECT_EQ(unknown("6 [sync.WaitGroup.Wait, 9 minutes]\n      wait 0xc000012070\n"
                    "      example.com/depot.TestCount(0xc000003500) depot_test.go:25"),
            "which sync.WaitGro");
  EXPECT_EQ(unknown("6 [chan receive, 9 minutes]\n"
                    "      example.com/depot.TestCount(0xc000003500) depot_test.go:25"),
            "which channel it i");
}

}  // namespace
}  // namespace goknot::analysis
