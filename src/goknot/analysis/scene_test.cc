// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/scene.h"

#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::read_looks;
using testing_support::sketch;
using testing_support::Stage;

std::string look(std::string_view status, std::string_view creator) {
  return sketch("1 [running]\n main.main() main.go:12\n7 [" + std::string(status) +
                "]\n main.work() work.go:8\n by " + std::string(creator) + " in 1");
}

TEST(Scene, TheLastCompleteSnapshotIsTheSubject) {
  Series series =
      read_looks({look("select", "main.a"), look("select", "main.b"), look("select", "main.c")});
  series.snapshots[2].origin.complete = false;

  EXPECT_EQ(&subject_of(series), &series.snapshots[1]);
}

TEST(Scene, WithoutACompleteSnapshotTheLastIsTheSubject) {
  Series series = read_looks({look("select", "main.a"), look("select", "main.b")});
  for (Snapshot& snapshot : series.snapshots) snapshot.origin.complete = false;

  EXPECT_EQ(&subject_of(series), &series.snapshots[1]);
}

TEST(Scene, AnEmptySnapshotIsNoSubjectWhileThereIsAnother) {
  Series series = read_looks({look("select", "main.a")});
  series.snapshots.emplace_back();

  EXPECT_EQ(&subject_of(series), &series.snapshots[0]);
}

TEST(Scene, WhoStandsStillInTwoLooksDidNotMove) {
  const Stage stage({look("select", "main.a"), look("select", "main.a")});

  EXPECT_EQ(stage.scene().unmoved(stage.row(7)), 1U);
  EXPECT_EQ(stage.scene().earlier().size(), 1U);
}

TEST(Scene, AnotherStateMeansThatItMoved) {
  const Stage stage({look("running", "main.a"), look("select", "main.a")});

  EXPECT_EQ(stage.scene().unmoved(stage.row(7)), 0U);
}

TEST(Scene, OneIdWithTwoCreatorsMeansTwoProcesses) {
  const Stage stage({look("select", "main.a"), look("select", "main.b")});

  EXPECT_TRUE(stage.scene().earlier().empty());
  EXPECT_EQ(stage.scene().unmoved(stage.row(7)), 0U);
}

TEST(Scene, AFewGoroutinesWithoutMainOrARunningOneWerePicked) {
  const std::string picked = sketch("7 [select]\n main.work() work.go:8");

  EXPECT_TRUE(Stage(picked).scene().context().excerpt);
  EXPECT_FALSE(Stage(look("select", "main.a")).scene().context().excerpt);
  EXPECT_FALSE(
      Stage("SIGQUIT: quit\nPC=0x45a531 m=0 sigcode=0\n\n" + picked).scene().context().excerpt);
}

TEST(Scene, TheWordsAroundADumpSayWhetherItHangsOrCrashed) {
  const Stage hangs("fatal error: all goroutines are asleep - deadlock!\n\n" +
                    look("select", "main.a"));
  const Stage crashes("panic: out of range\n\n" + look("select", "main.a"));

  EXPECT_TRUE(hangs.scene().context().declared);
  EXPECT_FALSE(hangs.scene().context().crash);
  EXPECT_FALSE(crashes.scene().context().declared);
  EXPECT_TRUE(crashes.scene().context().crash);
}

TEST(Scene, WhoRunsBecauseOfTheDumpIsNoMover) {
  EXPECT_EQ(Stage(look("select", "main.a")).scene().context().movers, 0U);
  EXPECT_EQ(Stage(look("runnable", "main.a")).scene().context().movers, 1U);
}

TEST(Scene, WhereNothingMovesNoWaitIsMomentary) {
  EXPECT_TRUE(Stage(look("chan send", "main.a")).scene().context().frozen);
  EXPECT_FALSE(Stage(look("runnable", "main.a")).scene().context().frozen);
  EXPECT_FALSE(Stage(look("sleep", "main.a")).scene().context().frozen);
  EXPECT_FALSE(Stage(look("syscall", "main.a")).scene().context().frozen);
  EXPECT_FALSE(Stage(look("running", "main.a")).scene().context().frozen);
}

TEST(Scene, WhoRunsWhenASignalComesDidNotTakeTheDump) {
  const Stage stage("SIGQUIT: quit\nPC=0x45a311 m=0 sigcode=0\n\n" + look("select", "main.a"));

  EXPECT_FALSE(stage.scene().context().frozen);
  EXPECT_EQ(stage.scene().context().movers, 1U);
}

TEST(Scene, GivesWaitsPlacesAndRows) {
  const Stage stage(look("chan send, 3 minutes", "main.a"));
  const Scene& scene = stage.scene();
  const std::uint32_t row = stage.row(7);

  EXPECT_EQ(scene.wait_of(row)->operation, Operation::send);
  EXPECT_EQ(scene.wait_of(stage.row(1)), nullptr);
  EXPECT_EQ(scene.place(scene.goroutine(row).stack, 0).function, "main.work");
  EXPECT_EQ(scene.place(scene.goroutine(row).stack, 9).function, "");
  EXPECT_EQ(scene.find(99), std::nullopt);
  EXPECT_TRUE(scene.context().ages);
}

}  // namespace
}  // namespace goknot::analysis
