// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dumps.h"
#include "tests/support/stuck_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::culprit_of;
using testing_support::diagnose_series;
using testing_support::findings_of;
using testing_support::StuckProgram;

//     7:      mu.Lock(); c <- 1
//     9, 11:  mu.Lock(); <-c         // 9 refers to c, and so would receive
TEST(CycleDraft, TwoThatNeedEachOtherAreTheRootsAndTheQueueIsBehindThem) {
  StuckProgram program;
  program.waits(7, Operation::send, ObjectKind::channel, 0x100);
  program.waits(9, Operation::lock, ObjectKind::mutex, 0x200);
  program.waits(11, Operation::lock, ObjectKind::mutex, 0x200, 9);
  program.holds(7, 0x200).refers(9, 0x100);
  const Diagnosis d = diagnose_series(program.take());

  EXPECT_EQ(findings_of(d), "mixed-cycle cycle deadlock proved: 7 9 < 11");
  EXPECT_EQ(culprit_of(d), "main.f7");
}

TEST(CycleDraft, ChannelsAloneMakeACycle) {
  StuckProgram program;
  program.waits(7, Operation::send, ObjectKind::channel, 0x100);
  program.waits(9, Operation::send, ObjectKind::channel, 0x200);
  program.waits(5, Operation::wait, ObjectKind::wait_group, 0x300);
  program.refers(9, 0x100).refers(7, 0x200).refers(7, 0x300).refers(9, 0x300);

  EXPECT_EQ(findings_of(diagnose_series(program.take())),
            "mixed-cycle cycle deadlock proved: 7 9 < 5");
}

TEST(CycleDraft, TheSameAccidentSeveralTimesIsOneFinding) {
  StuckProgram program;
  for (const std::int64_t id : {10, 20}) {
    const auto channel = static_cast<std::uint64_t>(id) * 0x100;
    program.waits(id, Operation::send, ObjectKind::channel, channel, 7);
    program.waits(id + 1, Operation::lock, ObjectKind::mutex, channel + 0x80, 9);
    program.holds(id, channel + 0x80).refers(id + 1, channel);
  }
  const Diagnosis d = diagnose_series(program.take());

  EXPECT_EQ(findings_of(d), "mixed-cycle cycle deadlock proved: 10 11 20 21");
  EXPECT_EQ(d.findings.front().title, "2 times, 2 goroutines wait for each other");
}

//     7:  c <- 1; group.Done()       // nobody receives
//     5:  group.Wait()
TEST(CycleDraft, WhoWaitsForAnOrphanIsItsVictim) {
  StuckProgram program;
  program.waits(7, Operation::send, ObjectKind::channel, 0x100);
  program.waits(5, Operation::wait, ObjectKind::wait_group, 0x300);
  program.refers(7, 0x300);

  EXPECT_EQ(findings_of(diagnose_series(program.take())),
            "chan-no-partner orphan deadlock proved: 7 < 5");
}

//     7:  defer group.Done(); group.Wait()
//     5:  group.Wait()
TEST(CycleDraft, WhoWaitsForADoneOfItsOwnIsASelfDeadlock) {
  StuckProgram program;
  program.waits(7, Operation::wait, ObjectKind::wait_group, 0x300);
  program.waits(5, Operation::wait, ObjectKind::wait_group, 0x300);
  program.owes(7, 0x300);
  const Diagnosis d = diagnose_series(program.take());

  EXPECT_EQ(findings_of(d), "mixed-cycle self deadlock proved: 7 < 5");
  EXPECT_THAT(d.findings.front().explanation,
              testing::HasSubstr("7 has deferred the Done that it waits for"));
}

TEST(CycleDraft, WhereSomethingElseRefersToTheGroupThatIsLikely) {
  StuckProgram program;
  program.from_now_on_alive();
  program.waits(7, Operation::wait, ObjectKind::wait_group, 0x300).owes(7, 0x300);
  const Diagnosis d = diagnose_series(program.take());

  EXPECT_EQ(findings_of(d), "mixed-cycle self deadlock likely: 7");
  EXPECT_THAT(d.findings.front().explanation, testing::Not(testing::HasSubstr("Nothing else")));
}

//     7:  defer outer.Done(); inner.Wait()       // a Done of inner is missing
//     5:  outer.Wait()
TEST(CycleDraft, WhoOwesADoneOfAnotherGroupIsAnOrphan) {
  StuckProgram program;
  program.waits(7, Operation::wait, ObjectKind::wait_group, 0x300);
  program.waits(5, Operation::wait, ObjectKind::wait_group, 0x400);
  program.owes(7, 0x400);

  EXPECT_EQ(findings_of(diagnose_series(program.take())),
            "wait-group-stuck orphan deadlock proved: 7 < 5");
}

TEST(CycleDraft, AnOrphanNobodyWaitsForIsALeak) {
  StuckProgram program;
  program.waits(7, Operation::send, ObjectKind::channel, 0x100);
  program.waits(8, Operation::send, ObjectKind::channel, 0x110, 7);
  program.refers(7, 0x100);

  EXPECT_EQ(findings_of(diagnose_series(program.take())),
            "chan-no-partner orphan leak proved: 7 8");
}

}  // namespace
}  // namespace goknot::analysis
