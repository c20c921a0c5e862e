// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/queue.h"

#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::sketch;
using testing_support::Stage;

// A stage with its locks.
struct Queues {
  explicit Queues(std::string_view lines)
      : stage(sketch(lines)),
        locks(find_contended_locks(stage.scene())),
        evidence(stage.scene(), locks) {}

  Stage stage;
  std::vector<ContendedLock> locks;
  Evidence evidence;
};

// 20 is inside of the hub and sends. 30 and 31 are inside of a room and want the lock of the hub;
// 40 and 41 want that of the room. 50 asks the hub.
constexpr std::string_view kHub = R"(
    1 [running]
      main.main() main.go:12
    20 [chan send, 5 minutes]
      main.(*Hub).Publish(0xc000020000) hub.go:33
      by main.serve in 1
    30-31 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:50
      main.(*Room).Leave(0xc000077000) room.go:9
      by main.serve in 1
    40-41 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000077010
      main.(*Room).Enter(0xc000077000) room.go:50
      by main.serve in 1
    50 [chan send, 5 minutes]
      main.(*Hub).Ask(0xc000020000) hub.go:70
      by main.serve in 1)";

TEST(Queue, ADraftHasTheHolderAsRootAndTheWaitersAsVictims) {
  const Queues q(kHub);
  const ContendedLock* lock = lock_waited_for(q.evidence, q.stage.row(40));
  ASSERT_NE(lock, nullptr);

  const Draft draft = draft_for(q.stage.scene(), *lock, {q.stage.row(30), 6, Strength::receiver});

  EXPECT_THAT(draft.roots, testing::ElementsAre(q.stage.row(30)));
  EXPECT_THAT(draft.victims, testing::ElementsAre(q.stage.row(40), q.stage.row(41)));
  EXPECT_EQ(draft.edges.front().relation, Relation::holds);
  EXPECT_EQ(draft.culprits.front().role, Role::holds);
  EXPECT_FALSE(draft.unknown.empty());
}

TEST(Queue, WhoWaitsForNoLockHasNone) {
  const Queues q(kHub);

  EXPECT_EQ(lock_waited_for(q.evidence, q.stage.row(20)), nullptr);
}

TEST(Queue, TextNeverProvesAHolder) {
  const Queues q(kHub);
  const ContendedLock& lock = *lock_waited_for(q.evidence, q.stage.row(40));
  const auto grade = [&](Strength strength) {
    return grade_of(q.stage.scene(), lock,
                    {.row = q.stage.row(20), .strength = strength, .of_owner = true});
  };

  EXPECT_EQ(grade(Strength::exact), Grade::likely);
  EXPECT_EQ(grade(Strength::passed), Grade::likely);
  EXPECT_EQ(grade(Strength::type), Grade::likely);
  EXPECT_EQ(grade(Strength::mentions), Grade::possible);
}

TEST(Queue, AMethodOfATypeOfWhichAnyObjectMayBeItIsOnlyPossible) {
  const Queues q(kHub);
  const ContendedLock& lock = *lock_waited_for(q.evidence, q.stage.row(40));

  EXPECT_EQ(grade_of(q.stage.scene(), lock, {.row = q.stage.row(20), .strength = Strength::type}),
            Grade::possible);
}

// 20 stands in Write behind the line where others wait; of which connection is not shown.
Grade grade_behind_the_line(std::string_view another) {
  const Queues q(fmt::format(R"(
    1 [running]
      main.main() main.go:12
    20 [chan send, 5 minutes]
      main.(*Conn).Write(0x0?) conn.go:36
      by main.serve in 1
    21 [select, 5 minutes]
      main.(*Conn).watch({}) conn.go:90
      by main.serve in 1
    30 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020008
      main.(*Conn).Write(0xc000020000) conn.go:30
      by main.serve in 1)",
                             another));
  const ContendedLock& lock = q.locks.front();
  const Holder* holder = follow(q.evidence, lock);
  return holder == nullptr ? Grade::proved : grade_of(q.stage.scene(), lock, *holder);
}

TEST(Queue, BehindTheLineInAMethodOfAnObjectThatMayBeAnotherIsOnlyPossible) {
  EXPECT_EQ(grade_behind_the_line("0xc000020000"), Grade::likely);
  EXPECT_EQ(grade_behind_the_line("0xc000077000"), Grade::possible);
}

TEST(Queue, AHolderOfAQueueWithoutAgeIsOnlyPossible) {
  const Queues q(R"(
    busy
    1 [running]
      main.main() main.go:12
    30-31 [sync.Mutex.Lock]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:50
      by main.serve in 1)");

  EXPECT_EQ(grade_of(q.stage.scene(), q.locks.front(), {0, 0, Strength::passed}), Grade::possible);
}

TEST(Queue, CallersOfABusyObjectAreVictimsToo) {
  const Queues q(kHub);
  Draft draft;
  draft.roots = {q.stage.row(20)};

  draft.behind = Behind::all;
  add_victims_behind(q.evidence, draft);

  EXPECT_THAT(draft.victims, testing::Contains(q.stage.row(50)));
}

TEST(Queue, AWaiterThatOthersWaitForIsFollowed) {
  const Queues q(R"(
    1 [running]
      main.main() main.go:12
    20 [chan send, 5 minutes]
      main.(*Hub).Publish(0xc000020000) hub.go:33
      by main.serve in 1
    30 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:50
      main.(*Room).Leave(0xc000077000) room.go:9
      by main.serve in 1
    40-41 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000077010
      main.(*Room).Enter(0xc000077000) room.go:50
      by main.serve in 1)");
  Draft draft;
  draft.roots = {q.stage.row(20)};

  draft.behind = Behind::all;
  add_victims_behind(q.evidence, draft);

  EXPECT_THAT(draft.victims,
              testing::UnorderedElementsAre(q.stage.row(30), q.stage.row(40), q.stage.row(41)));
}

TEST(Queue, SaysWhyAndWhatIsNotShown) {
  const Queues q(kHub);
  const ContendedLock& lock = *lock_waited_for(q.evidence, q.stage.row(30));

  EXPECT_EQ(why(q.stage.scene(), lock, {q.stage.row(20), 0, Strength::receiver}),
            "it is inside main.(*Hub).Publish of the same object");
  EXPECT_THAT(not_shown(q.stage.scene(), lock),
              testing::StartsWith("who holds the lock of main.Hub is not shown"));
}

}  // namespace
}  // namespace goknot::analysis
