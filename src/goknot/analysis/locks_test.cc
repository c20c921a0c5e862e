// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/locks.h"

#include "tests/support/contended_hub.h"
#include "tests/support/dumps.h"
#include "tests/support/memory_look.h"
#include "tests/support/sketch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::hub_and;
using testing_support::sketch;
using testing_support::Stage;

// Who is hinted to hold the only contended lock: "20 passed".
std::string holders_of(const Stage& stage) {
  constexpr std::string_view kNames[] = {"mentions", "type",  "receiver",
                                         "passed",   "shown", "exact"};
  const auto locks = find_contended_locks(stage.scene());
  if (locks.size() != 1) return std::to_string(locks.size()) + " locks";
  std::string text;
  for (const Holder& holder : locks.front().holders) {
    text += std::to_string(stage.scene().goroutine(holder.row).id) + " " +
            std::string(kNames[static_cast<std::size_t>(holder.strength)]) +
            (holder.waits_for_it ? " waits;" : ";");
  }
  return text;
}

TEST(Locks, WaitersForOneAddressAreOneQueue) {
  const Stage stage(hub_and(""));

  const auto locks = find_contended_locks(stage.scene());

  ASSERT_EQ(locks.size(), 1U);
  EXPECT_EQ(locks[0].waiters.size(), 2U);
  EXPECT_TRUE(locks[0].holders.empty());
  EXPECT_EQ(locks[0].minutes, 5);
  EXPECT_TRUE(locks[0].old);
}

TEST(Locks, TheLongestQueueComesFirst) {
  const Stage stage(hub_and("9 [sync.Mutex.Lock]\n lock 0xc000099000\n main.f() f.go:1\n"));

  const auto locks = find_contended_locks(stage.scene());

  ASSERT_EQ(locks.size(), 2U);
  EXPECT_EQ(locks[0].waiters.size(), 2U);
}

TEST(Locks, AMethodOfTheSameObjectHintsAtHolding) {
  EXPECT_EQ(holders_of(Stage(hub_and("20 [chan send]\n main.(*Hub).Run(0xc000020000) h.go:7\n"))),
            "20 receiver;");
}

TEST(Locks, AMethodOfAnotherObjectDoesNot) {
  EXPECT_EQ(holders_of(Stage(hub_and("20 [chan send]\n main.(*Hub).Run(0xc000070000) h.go:7\n"))),
            "");
}

TEST(Locks, AReceiverThatIsNotTrustedHintsAtTheTypeOnly) {
  EXPECT_EQ(holders_of(Stage(hub_and("20 [chan send]\n main.(*Hub).Run(0xc000070000?) h.go:7\n"))),
            "20 type;");
}

TEST(Locks, WhoStandsBehindTheLineOfTheWaitersPassedTheLock) {
  constexpr std::string_view kLater = "20 [chan send]\n main.(*Hub).Drop(0xc000020000) h.go:51\n";
  constexpr std::string_view kEarlier = "20 [chan send]\n main.(*Hub).Drop(0xc000020000) h.go:49\n";

  EXPECT_EQ(holders_of(Stage(hub_and(kLater))), "20 passed;");
  EXPECT_EQ(holders_of(Stage(hub_and(kEarlier))), "20 receiver;");
}

TEST(Locks, AnAddressAmongTheArgumentsIsTheWeakestHint) {
  EXPECT_EQ(holders_of(Stage(hub_and("20 [chan send]\n main.run(0x1, 0xc000020008) h.go:7\n"))),
            "20 mentions;");
}

//     func (h *Hub) Run() { for m := range h.messages { h.mu.Lock(); … } }
TEST(Locks, ALoopThatWaitsForWorkOnlyMentionsItsLock) {
  EXPECT_EQ(holders_of(Stage(hub_and("20 [chan receive]\n main.(*Hub).Run(0xc000020000) h.go:7\n"
                                     "by main.main in 1\n"))),
            "20 mentions;");
}

//     once.Do(load)    // doSlow holds the once's mutex while load runs, and others wait for it
TEST(Locks, OnlyWhoRunsAOnceStandsInItsDoSlow) {
  EXPECT_EQ(holders_of(Stage(sketch(R"(
    20 [chan receive]
      main.load() load.go:7
      sync.(*Once).doSlow(0xc000020000, 0x5) /usr/local/go/src/sync/once.go:78
      sync.(*Once).Do(...) /usr/local/go/src/sync/once.go:69
      main.config() load.go:20
      by main.main in 1
    30 [sync.Mutex.Lock]
      lock 0xc000020004
      sync.(*Once).doSlow(0xc000020000, 0x5) /usr/local/go/src/sync/once.go:73
      sync.(*Once).Do(...) /usr/local/go/src/sync/once.go:69
      main.config() load.go:20
      by main.main in 1)"))),
            "20 exact;");
}

// Lock of a RWMutex takes the mutex of the writers first; 20 has it and waits for readers to go.
TEST(Locks, AWriterThatWaitsForReadersIsNoted) {
  const Stage stage(sketch(R"(
    20 [sync.RWMutex.Lock]
      wlock 0xc000020000
      main.(*Hub).Add(0xc000020000) hub.go:7
    21 [sync.Mutex.Lock]
      wlock2 0xc000020000
      main.(*Hub).Add(0xc000020000) hub.go:7)"));

  const auto locks = find_contended_locks(stage.scene());

  ASSERT_EQ(locks.size(), 1U);
  EXPECT_EQ(locks[0].writer, stage.row(20));
}

TEST(Locks, WhereMemoryShowsWhoHoldsALockFramesSayNothingMore) {
  const Stage stage(testing_support::memory_look(hub_and(R"(
    20 [chan send, 5 minutes]
      main.(*Hub).Drop(0xc000020000) hub.go:60
      by main.serve in 1
    21 [chan receive]
      main.f() f.go:1
      by main.serve in 1
)"),
                                                 {{.goroutine = 21}}));
  EXPECT_EQ(holders_of(stage), "21 exact;");
}

TEST(Locks, WhatMemoryShowsMayStillBeOtherwise) {
  const Stage stage(testing_support::memory_look(
      hub_and("21 [chan receive]\n main.f() f.go:1\n"),
      {{.goroutine = 21, .evidence = HoldEvidence::call_site, .strength = HoldStrength::likely}}));
  EXPECT_EQ(holders_of(stage), "21 shown;");
}

}  // namespace
}  // namespace goknot::analysis
