// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/wait_graph.h"

#include "tests/support/dumps.h"
#include "tests/support/stuck_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using testing_support::Stage;
using testing_support::StuckProgram;

constexpr auto kSend = Operation::send;
constexpr auto kReceive = Operation::receive;
constexpr auto kChannel = ObjectKind::channel;
constexpr auto kMutex = ObjectKind::mutex;

// The ids of a list of rows.
std::vector<std::int64_t> ids(const Stage& stage, const std::vector<std::uint32_t>& rows) {
  std::vector<std::int64_t> ids;
  for (const std::uint32_t row : rows) ids.push_back(stage.scene().goroutine(row).id);
  return ids;
}

// The ids of each cycle.
std::vector<std::vector<std::int64_t>> cycles(const Stage& stage) {
  std::vector<std::vector<std::int64_t>> all;
  const WaitGraph graph(stage.scene());
  for (const Cycle& cycle : graph.cycles()) {
    std::vector<std::int64_t>& ids = all.emplace_back();
    for (const CycleStep& step : cycle.steps) ids.push_back(stage.scene().goroutine(step.row).id);
  }
  return all;
}

//     7:  mu.Lock(); c <- 1               // holds mu
//     9:  mu.Lock(); <-c                  // would receive, but waits for mu
TEST(WaitGraph, ALockAndAChannelMakeACycle) {
  StuckProgram program;
  program.waits(7, kSend, kChannel, 0x100).waits(9, Operation::lock, kMutex, 0x200);
  program.holds(7, 0x200).refers(9, 0x100).refers(7, 0x100);
  const Stage stage(program.take());

  EXPECT_THAT(cycles(stage), ElementsAre(UnorderedElementsAre(7, 9)));
}

//     7:  for { c <- work; <-c }          // nobody else receives
//     9:  c <- work
TEST(WaitGraph, WhoWillReceiveWhatItSendsWaitsForItself) {
  StuckProgram program;
  program.waits(7, kSend, kChannel, 0x100).waits(9, kSend, kChannel, 0x100, 5);
  program.will(7, kReceive, 0x100).refers(9, 0x100);
  const Stage stage(program.take());
  const std::vector<std::uint32_t> roots = {stage.row(7)};

  EXPECT_THAT(cycles(stage), ElementsAre(ElementsAre(7)));
  EXPECT_THAT(ids(stage, WaitGraph(stage.scene()).behind(roots)), ElementsAre(9));
}

constexpr auto kWait = Operation::wait;
constexpr auto kGroup = ObjectKind::wait_group;

//     7:  defer group.Done(); …; group.Wait()
//     9:  group.Wait()
TEST(WaitGraph, WhoseOwnDoneIsDeferredWaitsForItself) {
  StuckProgram program;
  program.waits(7, kWait, kGroup, 0x100, 5).waits(9, kWait, kGroup, 0x100);
  program.owes(7, 0x100);
  const Stage stage(program.take());
  const std::vector<std::uint32_t> roots = {stage.row(7)};

  EXPECT_THAT(cycles(stage), ElementsAre(ElementsAre(7)));
  EXPECT_THAT(ids(stage, WaitGraph(stage.scene()).behind(roots)), ElementsAre(9));
}

//     7:  defer outer.Done(); inner.Wait()
//     1:  outer.Wait()
TEST(WaitGraph, ADeferredDoneOpensNoOtherGroupThanItsOwn) {
  StuckProgram program;
  program.waits(1, kWait, kGroup, 0x200).waits(7, kWait, kGroup, 0x100);
  program.owes(7, 0x200);
  const Stage stage(program.take());
  const WaitGraph graph(stage.scene());

  EXPECT_THAT(graph.cycles(), IsEmpty());
  EXPECT_FALSE(graph.has_wakers(stage.row(7)));
  EXPECT_THAT(ids(stage, graph.behind(std::vector{stage.row(7)})), ElementsAre(1));
}

TEST(WaitGraph, ADeferredDoneOfAGroupThatIsNotKnownOpensNothing) {
  StuckProgram program;
  program.waits(7, kWait, kGroup, 0x100).owes(7, 0);
  const Stage stage(program.take());

  EXPECT_THAT(cycles(stage), IsEmpty());
  EXPECT_FALSE(WaitGraph(stage.scene()).has_wakers(stage.row(7)));
}

//     7:  m.mu.Lock(); m.group.Wait()
//     8:  defer m.group.Done(); m.mu.Lock()
//     9:  m.mu.Lock()                          // refers to m, and so to the group
TEST(WaitGraph, WhereItIsKnownWhoOwesTheDoneWhoOnlyRefersToTheGroupDoesNotOpenIt) {
  StuckProgram program;
  program.waits(7, kWait, kGroup, 0x100);
  program.waits(9, Operation::lock, kMutex, 0x200).waits(8, Operation::lock, kMutex, 0x200);
  program.holds(7, 0x200).owes(8, 0x100).refers(8, 0x100).refers(9, 0x100);
  const Stage stage(program.take());

  EXPECT_THAT(cycles(stage), ElementsAre(UnorderedElementsAre(7, 8)));
}

//     7:  m.mu.Lock(); m.group.Wait()
//     8:  defer m.group.Done(); m.mu.Lock()
//     9:  defer m.group.Done(); <-c            // nobody sends
TEST(WaitGraph, AWaitGroupNeedsEachWhoOwesItADone) {
  StuckProgram program;
  program.waits(7, kWait, kGroup, 0x100).waits(8, Operation::lock, kMutex, 0x200);
  program.waits(9, kReceive, kChannel, 0x300).waits(1, kWait, kGroup, 0x100);
  program.holds(7, 0x200).owes(8, 0x100).owes(9, 0x100);
  const Stage stage(program.take());

  EXPECT_THAT(cycles(stage), ElementsAre(UnorderedElementsAre(7, 8)));
  const WaitGraph graph(stage.scene());
  EXPECT_THAT(ids(stage, graph.behind(std::vector{stage.row(9)})), UnorderedElementsAre(1, 7, 8));
}

//     7:  mu.Lock(); defer group.Done(); group.Wait()
//     8:  defer group.Done(); mu.Lock()
TEST(WaitGraph, WhoOwesItselfADoneIsToBlameAloneWhateverElseItKeepsBack) {
  StuckProgram program;
  program.waits(7, kWait, kGroup, 0x100).waits(8, Operation::lock, kMutex, 0x200);
  program.holds(7, 0x200).owes(7, 0x100).owes(8, 0x100);
  const Stage stage(program.take());

  EXPECT_THAT(cycles(stage), ElementsAre(ElementsAre(7)));
}

TEST(WaitGraph, SeveralWhoOweThemselvesADoneOfOneGroupAreMates) {
  StuckProgram program;
  program.waits(7, kWait, kGroup, 0x100).waits(8, kWait, kGroup, 0x100);
  program.owes(7, 0x100).owes(8, 0x100);
  const Stage stage(program.take());
  const WaitGraph graph(stage.scene());

  ASSERT_THAT(graph.cycles(), testing::SizeIs(1));
  EXPECT_THAT(graph.cycles().front().steps, testing::SizeIs(1));
  EXPECT_THAT(graph.cycles().front().mates, testing::SizeIs(1));
}

// A handler of a server that is reached from a variable waits for all handlers.
TEST(WaitGraph, WhoOwesItselfADoneIsStuckWhateverRefersToTheGroup) {
  StuckProgram program;
  program.from_now_on_alive();
  program.waits(7, kWait, kGroup, 0x100).waits(9, kWait, kGroup, 0x100);
  program.owes(7, 0x100).counts(0x100, 1);
  const Stage stage(program.take());

  EXPECT_THAT(cycles(stage), ElementsAre(ElementsAre(7)));
}

//     7:  defer group.Done(); group.Wait(); group.Add(1)
TEST(WaitGraph, WhereMoreDonesAreDeferredThanCountedTheWaitersOwnMayNotBeOneOfThem) {
  StuckProgram program;
  program.from_now_on_alive();
  program.waits(7, kWait, kGroup, 0x100).waits(9, kReceive, kChannel, 0x200);
  program.owes(7, 0x100).owes(9, 0x100).counts(0x100, 1);
  const Stage stage(program.take());

  EXPECT_THAT(cycles(stage), IsEmpty());
}

//     for task := range tasks { …; tasks <- more }
TEST(WaitGraph, WorkersThatSendToTheirOwnPoolWaitForEachOther) {
  StuckProgram program;
  for (const std::int64_t id : {7, 8, 9}) {
    program.waits(id, kSend, kChannel, 0x100).will(id, kReceive, 0x100);
  }
  const Stage stage(program.take());
  const WaitGraph graph(stage.scene());

  ASSERT_EQ(graph.cycles().size(), 1U);
  EXPECT_EQ(graph.cycles()[0].steps.size(), 2U);
  EXPECT_EQ(graph.cycles()[0].mates.size(), 1U);
  EXPECT_TRUE(graph.cycles()[0].is_of_one_gate());
}

TEST(WaitGraph, WhoStandsInTheSameCodeAndWillDoWhatIsWaitedForCounts) {
  StuckProgram program;
  program.waits(7, kSend, kChannel, 0x100, 5).waits(9, kSend, kChannel, 0x200, 5);
  program.will(7, kReceive, 0x200).will(9, kReceive, 0x100);
  const Stage stage(program.take());

  EXPECT_THAT(cycles(stage), ElementsAre(UnorderedElementsAre(7, 9)));
}

// Both refer to the channel and could receive, were they not sending on it themselves.
TEST(WaitGraph, SendersOnOneChannelCannotHelpEachOther) {
  StuckProgram program;
  program.waits(7, kSend, kChannel, 0x100).waits(9, kSend, kChannel, 0x100);
  program.refers(7, 0x100).refers(9, 0x100);
  const Stage stage(program.take());

  EXPECT_THAT(cycles(stage), IsEmpty());
  EXPECT_FALSE(WaitGraph(stage.scene()).has_wakers(stage.row(7)));
}

TEST(WaitGraph, AReferenceToALockDoesNotOpenItWhereTheHolderIsKnown) {
  StuckProgram program;
  program.waits(7, kSend, kChannel, 0x100).waits(9, Operation::lock, kMutex, 0x200);
  program.waits(5, kReceive, kChannel, 0x300);
  program.refers(7, 0x200).refers(9, 0x100).holds(5, 0x200);
  const Stage stage(program.take());

  const WaitGraph graph(stage.scene());
  EXPECT_THAT(cycles(stage), IsEmpty());
  EXPECT_THAT(ids(stage, graph.behind(std::vector{stage.row(5)})), ElementsAre(7, 9));
}

TEST(WaitGraph, AnybodyWhoRefersToALockMayHoldItWhereNobodyIsKnownTo) {
  StuckProgram program;
  program.waits(7, kSend, kChannel, 0x100).waits(9, Operation::lock, kMutex, 0x200);
  program.refers(7, 0x200).refers(9, 0x100);
  const Stage stage(program.take());

  EXPECT_THAT(cycles(stage), ElementsAre(UnorderedElementsAre(7, 9)));
}

TEST(WaitGraph, TheShortestOfSeveralCyclesIsNamed) {
  StuckProgram program;
  program.waits(1, kSend, kChannel, 0x100).waits(2, kSend, kChannel, 0x200);
  program.waits(3, kSend, kChannel, 0x300);
  program.refers(2, 0x100).refers(3, 0x200).refers(1, 0x300).refers(2, 0x300);
  const Stage stage(program.take());

  EXPECT_THAT(cycles(stage), ElementsAre(UnorderedElementsAre(2, 3)));
}

// 1 and 2 wait for each other, but 3 could receive what 2 sends.
TEST(WaitGraph, ACycleOutOfWhichAWayLeadsIsNoKnot) {
  StuckProgram program;
  program.waits(1, kSend, kChannel, 0x100).waits(2, kSend, kChannel, 0x200);
  program.waits(3, kReceive, kChannel, 0x300);
  program.refers(2, 0x100).refers(1, 0x200).refers(3, 0x200);
  const Stage stage(program.take());

  EXPECT_THAT(cycles(stage), IsEmpty());
  EXPECT_THAT(ids(stage, WaitGraph(stage.scene()).behind(std::vector{stage.row(3)})), IsEmpty());
}

TEST(WaitGraph, WhoeverWaitsForThoseBehindIsBehind) {
  StuckProgram program;
  program.waits(1, kSend, kChannel, 0x100).waits(2, Operation::lock, kMutex, 0x200);
  program.waits(3, Operation::wait, ObjectKind::wait_group, 0x300);
  program.holds(1, 0x200).refers(2, 0x300);
  const Stage stage(program.take());

  const WaitGraph graph(stage.scene());
  EXPECT_THAT(ids(stage, graph.behind(std::vector{stage.row(1)})), ElementsAre(2, 3));
}

// 3 can be helped by 1 or by 2: it is behind both together and behind neither alone.
TEST(WaitGraph, WhoHasAnotherWayForwardIsNotBehind) {
  StuckProgram program;
  program.waits(1, kSend, kChannel, 0x100).waits(2, kSend, kChannel, 0x200);
  program.waits(3, kReceive, kChannel, 0x300).refers(1, 0x300).refers(2, 0x300);
  const Stage stage(program.take());

  const WaitGraph graph(stage.scene());
  EXPECT_THAT(graph.behind(std::vector{stage.row(1)}), IsEmpty());
  EXPECT_THAT(ids(stage, graph.behind(std::vector{stage.row(1), stage.row(2)})), ElementsAre(3));
}

TEST(WaitGraph, WhatIsPassedNeedNotBeNamedAgain) {
  StuckProgram program;
  program.waits(1, kSend, kChannel, 0x100).waits(2, kSend, kChannel, 0x200);
  program.waits(3, kReceive, kChannel, 0x300);
  program.refers(1, 0x300).refers(2, 0x300);
  const Stage stage(program.take());
  const WaitGraph graph(stage.scene());

  WaitGraph::Passed passed;
  EXPECT_THAT(graph.pass(std::vector{stage.row(1)}, passed), IsEmpty());
  EXPECT_THAT(ids(stage, graph.behind(std::vector{stage.row(2)}, passed)), ElementsAre(3));
  EXPECT_THAT(ids(stage, graph.pass(std::vector{stage.row(2)}, passed)), ElementsAre(3));
}

TEST(WaitGraph, WhomSomethingAliveMayWakeIsNoNode) {
  StuckProgram program;
  program.from_now_on_alive();
  program.waits(7, kSend, kChannel, 0x100).waits(9, kSend, kChannel, 0x200);
  program.refers(9, 0x100).refers(7, 0x200);
  const Stage stage(program.take());

  EXPECT_THAT(cycles(stage), IsEmpty());
}

TEST(WaitGraph, WhoStandsInTheSameCodeWouldDoTheSame) {
  StuckProgram program;
  program.waits(7, kSend, kChannel, 0x100).waits(9, Operation::lock, kMutex, 0x200, 7);
  program.holds(7, 0x200).refers(9, 0x100);
  const Stage stage(program.take());

  EXPECT_THAT(cycles(stage), IsEmpty());
  EXPECT_THAT(ids(stage, WaitGraph(stage.scene()).behind(std::vector{stage.row(7)})),
              ElementsAre(9));
}

TEST(WaitGraph, WhoHoldsTheLockItWaitsForHasNobodyToWaitFor) {
  StuckProgram program;
  program.waits(7, Operation::lock, kMutex, 0x200).waits(9, kSend, kChannel, 0x100);
  program.holds(7, 0x200).refers(9, 0x200).refers(7, 0x100);
  const Stage stage(program.take());

  const WaitGraph graph(stage.scene());
  EXPECT_FALSE(graph.has_wakers(stage.row(7)));
  EXPECT_THAT(graph.cycles(), IsEmpty());
}

TEST(WaitGraph, SelectsThatOnlyWaitForEachOtherAreLoose) {
  StuckProgram program;
  program.waits(7, Operation::select, kChannel, 0x100);
  program.waits(9, Operation::select, kChannel, 0x200);
  program.refers(7, 0x200).refers(9, 0x100);
  const Stage stage(program.take());

  const WaitGraph graph(stage.scene());
  EXPECT_THAT(graph.cycles(), IsEmpty());
  EXPECT_TRUE(graph.is_loose(stage.row(7)));
  EXPECT_FALSE(graph.has_wakers(stage.row(7)));
}

TEST(WaitGraph, WhoStandsWhereAMemberOfTheKnotStandsIsItsMate) {
  StuckProgram program;
  program.waits(1, Operation::wait, ObjectKind::wait_group, 0x300);
  program.waits(5, kSend, kChannel, 0x100).waits(6, kSend, kChannel, 0x100, 5);
  program.refers(1, 0x100).refers(5, 0x300).refers(6, 0x300);
  const Stage stage(program.take());

  const WaitGraph graph(stage.scene());
  ASSERT_THAT(graph.cycles(), testing::SizeIs(1));
  EXPECT_THAT(graph.cycles().front().steps, testing::SizeIs(2));
  EXPECT_THAT(graph.cycles().front().mates, testing::SizeIs(1));
}

TEST(WaitGraph, ADeepChainIsWalkedWithoutRecursion) {
  StuckProgram program;
  constexpr std::int64_t kDeep = 3000;
  for (std::int64_t id = 1; id <= kDeep; ++id) {
    program.waits(id, kSend, kChannel, static_cast<std::uint64_t>(id) * 16);
  }
  for (std::int64_t id = 1; id < kDeep; ++id) {
    program.refers(id + 1, static_cast<std::uint64_t>(id) * 16);
  }
  const Stage stage(program.take());

  const WaitGraph graph(stage.scene());
  EXPECT_THAT(graph.behind(std::vector{stage.row(kDeep)}), testing::SizeIs(kDeep - 1));
}

}  // namespace
}  // namespace goknot::analysis
