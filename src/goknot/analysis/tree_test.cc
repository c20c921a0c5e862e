// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/tree.h"

#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::sketch;
using testing_support::Stage;

constexpr std::string_view kHub = R"(
    1 [running]
      main.main() main.go:12
    20 [chan send, 5 minutes]
      main.(*Hub).Publish(0xc000020000) hub.go:33
      by main.serve in 1
    30-31 [sync.Mutex.Lock, 6 minutes]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:50
      by main.serve in 1)";

TEST(Tree, VictimsStandBehindTheRootFoldedByStack) {
  const Stage stage(sketch(kHub));
  Draft draft;
  draft.roots = {stage.row(20)};
  draft.victims = {stage.row(30), stage.row(31)};

  const auto tree = make_tree(stage.scene(), draft);

  ASSERT_EQ(tree.size(), 1U);
  EXPECT_EQ(tree[0].who, "20");
  EXPECT_EQ(tree[0].lines.at(0).first, "waits to send on a channel for 5 min");
  ASSERT_EQ(tree[0].behind.size(), 1U);
  EXPECT_EQ(tree[0].behind[0].who, "2 \u00d7");
  EXPECT_EQ(tree[0].behind[0].lines.at(0).first, "wait for the lock of main.Hub for 6 min");
  EXPECT_EQ(tree[0].behind[0].lines.at(0).second.function, "main.(*Hub).Drop");
}

// A reader would take two lines that say the same for a mistake.
TEST(Tree, VictimsThatCameToOnePlaceOnSeveralWaysAreOneLine) {
  const Stage stage(sketch(R"(
    1 [running]
      main.main() main.go:12
    20 [chan send, 5 minutes]
      main.(*Hub).Publish(0xc000020000) hub.go:33
      by main.serve in 1
    30 [sync.Mutex.Lock, 6 minutes]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:50
      by main.serve in 1
    31-32 [sync.Mutex.Lock, 7 minutes]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:50
      main.(*Hub).Close(0xc000020000) hub.go:60
      by main.serve in 1
    33 [sync.Mutex.Lock, 6 minutes]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:52
      by main.serve in 1)"));
  Draft draft;
  draft.roots = {stage.row(20)};
  draft.victims = {stage.row(30), stage.row(31), stage.row(32), stage.row(33)};

  const auto behind = make_tree(stage.scene(), draft).at(0).behind;

  ASSERT_EQ(behind.size(), 2U);
  EXPECT_EQ(behind[0].who, "3 \u00d7");
  EXPECT_EQ(behind[0].lines.at(0).first, "wait for the lock of main.Hub for 7 min");
  EXPECT_EQ(behind[1].who, "33");
}

TEST(Tree, AHolderOfTextOnlySeemsToHold) {
  const Stage stage(sketch(kHub));
  Draft draft;
  draft.grade = Grade::likely;
  draft.roots = {stage.row(20)};
  draft.culprits = {{Role::holds, stage.row(20), 0}};

  EXPECT_EQ(make_tree(stage.scene(), draft).at(0).lines.at(0).first, "seems to hold");
  draft.grade = Grade::proved;
  EXPECT_EQ(make_tree(stage.scene(), draft).at(0).lines.at(0).first, "holds");
}

TEST(Tree, OrphansShowWhoStartedThem) {
  const Stage stage(sketch(kHub));
  Draft draft;
  draft.shape = goknot::Shape::orphan;
  draft.roots = {stage.row(20)};

  const auto tree = make_tree(stage.scene(), draft);

  EXPECT_EQ(tree.at(0).lines.back().first, "started by");
  EXPECT_EQ(tree.at(0).lines.back().second.function, "main.serve");
}

TEST(Tree, WithoutARootThoseWhoWaitAreShown) {
  const Stage stage(sketch(kHub));
  Draft draft;
  draft.victims = {stage.row(30), stage.row(31)};

  EXPECT_EQ(make_tree(stage.scene(), draft).at(0).who, "2 \u00d7");
}

TEST(Tree, ManyPlacesAreFoldedIntoALastLine) {
  std::string lines;
  for (int i = 10; i < 22; i++) {
    lines += std::to_string(i) + " [chan send]\n main.f() f.go:" + std::to_string(i) + "\n";
  }
  const Stage stage(sketch(lines));
  Draft draft;
  for (int i = 10; i < 22; i++) draft.victims.push_back(stage.row(i));

  const auto tree = make_tree(stage.scene(), draft);

  EXPECT_EQ(tree.size(), 9U);
  EXPECT_EQ(tree.back().who, "4 \u00d7");
}

}  // namespace
}  // namespace goknot::analysis
