// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/accidents.h"

#include "tests/support/dumps.h"
#include "tests/support/stuck_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing::ElementsAre;
using testing_support::diagnose_series;
using testing_support::findings_of;
using testing_support::Stage;
using testing_support::StuckProgram;

constexpr auto kChannel = ObjectKind::channel;
constexpr auto kMutex = ObjectKind::mutex;
constexpr auto kSend = Operation::send;

Draft draft(Shape shape, std::vector<std::uint32_t> roots) {
  Draft draft;
  draft.rule = shape == Shape::cycle ? "mixed-cycle" : "lock-held-across-wait";
  draft.severity = Severity::deadlock;
  draft.shape = shape;
  draft.title = "once";
  draft.title_of_many = "often";
  draft.roots = std::move(roots);
  return draft;
}

// 10, 20, … stand where 7 stands; 11, 21, … where 8 does.
//     10:  mu.Lock(); c <- 1
//     11:  mu.Lock()
// with a lock and a channel of their own for each pair.
StuckProgram pairs(std::size_t count) {
  StuckProgram program;
  for (std::size_t i = 1; i <= count; ++i) {
    const auto id = static_cast<std::int64_t>(i * 10);
    program.waits(id, kSend, kChannel, i * 0x1000, 7);
    program.waits(id + 1, Operation::lock, kMutex, i * 0x1000 + 0x80, 8);
    program.holds(id, i * 0x1000 + 0x80);
  }
  return program;
}

TEST(Accidents, DraftsWhoseRootsStandInTheSamePlacesBecomeOne) {
  const Stage stage(pairs(2).take());
  Accidents accidents(stage.scene());

  accidents.add(draft(Shape::orphan, {stage.row(10)}));
  accidents.add(draft(Shape::orphan, {stage.row(20)}));
  const std::vector<Draft> drafts = accidents.take();

  ASSERT_EQ(drafts.size(), 1);
  EXPECT_EQ(drafts.front().times, 2);
  EXPECT_THAT(drafts.front().roots, ElementsAre(stage.row(10), stage.row(20)));
}

TEST(Accidents, DraftsOfDifferentPlacesAreDifferent) {
  const Stage stage(pairs(1).take());
  Accidents accidents(stage.scene());

  accidents.add(draft(Shape::orphan, {stage.row(10)}));
  accidents.add(draft(Shape::orphan, {stage.row(11)}));

  EXPECT_EQ(accidents.take().size(), 2);
}

TEST(Accidents, WhoWasNotFollowedBelongsToTheCycleSeenInTheSamePlaces) {
  StuckProgram program = pairs(2);
  program.refers(10, 0x1000).refers(11, 0x1000);
  const Stage stage(program.take());
  Accidents accidents(stage.scene());

  accidents.add(draft(Shape::cycle, {stage.row(10), stage.row(11)}));
  Draft other = draft(Shape::orphan, {stage.row(20)});
  other.victims = {stage.row(21)};
  accidents.add(other);
  const std::vector<Draft> drafts = accidents.take();

  ASSERT_EQ(drafts.size(), 1);
  EXPECT_EQ(drafts.front().times, 2);
  EXPECT_EQ(drafts.front().roots.size(), 4);
}

TEST(Accidents, WhoWasFollowedAndHasNoPartnerIsAnotherCase) {
  StuckProgram program = pairs(2);
  program.refers(10, 0x1000).refers(11, 0x1000).refers(20, 0x2000);
  const Stage stage(program.take());
  Accidents accidents(stage.scene());

  accidents.add(draft(Shape::cycle, {stage.row(10), stage.row(11)}));
  accidents.add(draft(Shape::orphan, {stage.row(20)}));

  EXPECT_EQ(accidents.take().size(), 2);
}

TEST(Accidents, AThousandLocksHeldAtOnePlaceAreOneFinding) {
  const Diagnosis d = diagnose_series(pairs(1000).take());

  ASSERT_EQ(d.findings.size(), 1);
  EXPECT_EQ(d.findings.front().title,
            "1,000 times, a goroutine waits to send on a channel while it holds a lock");
  EXPECT_EQ(d.findings.front().root_count, 1000);
  EXPECT_EQ(d.findings.front().victim_count, 1000);
}

}  // namespace
}  // namespace goknot::analysis
