// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/best_holder.h"

#include "tests/support/contended_hub.h"
#include "tests/support/dumps.h"
#include "tests/support/memory_look.h"
#include "tests/support/sketch.h"

#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::hub_and;
using testing_support::sketch;
using testing_support::Stage;

TEST(BestHolder, TheStrongestHintStandsOut) {
  const Stage stage(
      hub_and("20 [chan send]\n main.(*Hub).Run(0xc000020000) h.go:7\n"
              "21 [chan send]\n main.(*Hub).Drop(0xc000020000) h.go:60\n"));
  const auto locks = find_contended_locks(stage.scene());

  const Holder* best = find_best_holder(stage.scene(), locks.front());

  ASSERT_NE(best, nullptr);
  EXPECT_EQ(best->row, stage.row(21));
}

TEST(BestHolder, EqualHintsInTwoPlacesMakeNobodyTheHolder) {
  const Stage stage(
      hub_and("20 [chan send]\n main.(*Hub).Run(0xc000020000) h.go:7\n"
              "21 [chan send]\n main.(*Hub).Stop(0xc000020000) h.go:90\n"));
  const auto locks = find_contended_locks(stage.scene());

  EXPECT_EQ(find_best_holder(stage.scene(), locks.front()), nullptr);
}

//     func (h *Hub) Close() { h.mu.Lock(); h.conn.Close() }
// Those in Take queue for something of the Hub; the one in Close is at work outside of it.
TEST(BestHolder, WhoCallsOutOfTheObjectStandsOutBeforeACrowdThatWaitsInIt) {
  const Stage stage(hub_and(R"(
    20-22 [chan receive, 5 minutes]
      main.(*Hub).Take(0xc000020000) hub.go:70
      by main.serve in 1
    25 [chan receive, 5 minutes]
      link.(*Conn).Close(0xc000050000) conn.go:9
      main.(*Hub).Close(0xc000020000) hub.go:90
      by main.serve in 1
)"));
  const auto locks = find_contended_locks(stage.scene());

  const Holder* best = find_best_holder(stage.scene(), locks.front());

  ASSERT_NE(best, nullptr);
  EXPECT_EQ(best->row, stage.row(25));
}

// A queue of readers and a writer, and three who may hold the lock.
std::string readers() {
  return sketch(R"(
    5 [IO wait]
      netread
      main.(*Index).load(0xc000020000) index.go:20
      by main.serve in 1
    6 [chan send, 5 minutes]
      main.(*Index).each(0xc000020000) index.go:30
      by main.serve in 1
    7 [sleep]
      sleep
      main.(*Index).each(0xc000020000) index.go:40
      by main.serve in 1
    30 [sync.RWMutex.Lock, 5 minutes]
      wlock 0xc000020008
      main.(*Index).Add(0xc000020000) index.go:50
      by main.serve in 1)");
}

TEST(BestHolder, OfSeveralReadersTheOneThatIsStuckCounts) {
  constexpr Operation kRead = Operation::rlock;
  const Stage stage(testing_support::memory_look(readers(), {{.goroutine = 5, .mode = kRead},
                                                             {.goroutine = 6, .mode = kRead},
                                                             {.goroutine = 7, .mode = kRead}}));
  const auto locks = find_contended_locks(stage.scene());
  ASSERT_EQ(locks.size(), 1U);
  const Holder* holder = find_best_holder(stage.scene(), locks[0]);
  ASSERT_NE(holder, nullptr);
  EXPECT_EQ(stage.scene().goroutine(holder->row).id, 6);
}

}  // namespace
}  // namespace goknot::analysis
