// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/suspicion.h"

#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::sketch;
using testing_support::Stage;

// How a goroutine 7 (and more up to `last`) beside a running main weighs.
Suspicion weigh(std::string_view status, std::string_view frames, int last = 7) {
  const Stage stage(sketch("1 [running]\n main.main() main.go:1\n7-" + std::to_string(last) + " [" +
                           std::string(status) + "]\n" + std::string(frames)));
  return suspect(stage.scene(), stage.group(7));
}

constexpr std::string_view kDeep =
    "main.ask() ask.go:9\n main.run() ask.go:30\n main.go() x.go:1\n"
    "by main.main in 1";

TEST(Suspicion, AgeAndNumberAddUp) {
  EXPECT_EQ(weigh("chan receive", kDeep).points, 0);
  EXPECT_EQ(weigh("chan receive, 3 minutes", kDeep).points, 1);
  EXPECT_EQ(weigh("chan receive, 3 minutes", kDeep, 8).points, 2);
  EXPECT_EQ(weigh("chan receive, 3 minutes", kDeep, 26).points, 2);
  EXPECT_EQ(weigh("chan send, 3 minutes", kDeep, 26).points, 4);
}

TEST(Suspicion, ASenderThatNobodyAnswersForLongIsPossiblyStuckAndNoMore) {
  EXPECT_FALSE(weigh("chan send, 9 minutes", kDeep).counts());
  EXPECT_EQ(weigh("chan send, 10 minutes", kDeep).points, Suspicion::kPossible);
  EXPECT_EQ(weigh("chan send, 700 minutes", kDeep).points, Suspicion::kPossible);
  EXPECT_EQ(weigh("chan send, 700 minutes", kDeep, 8).points, Suspicion::kPossible);
  EXPECT_FALSE(weigh("chan receive, 700 minutes", kDeep).counts());
}

TEST(Suspicion, ASenderIsMoreSuspiciousThanASelect) {
  EXPECT_EQ(weigh("chan send", kDeep).points, 1);
  EXPECT_EQ(weigh("select", kDeep).points, -1);
}

// Who would answer may be among those that were left out.
TEST(Suspicion, ACondensedDumpWeighsLess) {
  const auto points = [](const char* header) {
    const Stage stage(std::string(header) +
                      "\nmain.ask()\n\t/ask.go:9\nmain.run()\n\t/ask.go:30\n"
                      "created by main.main\n\t/main.go:9\n");
    return suspect(stage.scene(), 0).points;
  };

  EXPECT_EQ(points("26 goroutines [chan send, 3 minutes]:") + 1,
            weigh("chan send, 3 minutes", kDeep, 32).points);
}

//     cmd := exec.Command(…); cmd.Stdout = &buffer; cmd.Run()
TEST(Suspicion, WhoseHelperWaitsForTheWorldIsPossiblyStuckAndNoMore) {
  const auto points = [](const std::string& parent) {
    const Stage stage(
        sketch("1 [running]\n main.main() main.go:1\n7-8 [chan receive, 3 minutes]\n"
               "os/exec.(*Cmd).awaitGoroutines(0xc00001a050, 0x0) exec.go:9\n"
               "os/exec.(*Cmd).Wait(0xc00001a050) exec.go:30\n"
               "main.run() x.go:1\nmain.go() x.go:9\nby main.main in 1\n"
               "20 [IO wait, 3 minutes]\nnetread\nmain.copy() x.go:4\nby main.run in " +
               parent));
    return suspect(stage.scene(), stage.group(7)).points;
  };

  EXPECT_EQ(points("1"), Suspicion::kLikely);
  EXPECT_EQ(points("7"), Suspicion::kPossible);
}

//     go work()      // func work() { for job := range jobs { … } }
TEST(Suspicion, AFunctionThatWaitsForWorkIsExcused) {
  EXPECT_EQ(weigh("chan receive", "main.work() work.go:9\n by main.main in 1").points, -2);
  EXPECT_EQ(weigh("chan send", "main.work() work.go:9\n by main.main in 1").points, 1);
}

TEST(Suspicion, WhereALibraryIsForMomentsOnlyAgeWeighsMore) {
  constexpr std::string_view kNobodyTakesTheEvent =
      "github.com/fsnotify/fsnotify.(*shared).sendEvent(0xc00001a050) shared.go:9\n"
      " github.com/fsnotify/fsnotify.(*inotify).readEvents(0xc00001a050) inotify.go:30\n"
      " by github.com/fsnotify/fsnotify.newBackend in 1";

  EXPECT_EQ(weigh("select, 3 minutes", kNobodyTakesTheEvent).points, 3);
  EXPECT_LT(weigh("select", kNobodyTakesTheEvent).points, 0);
  EXPECT_EQ(weigh("chan receive, 3 minutes",
                  "os/exec.(*Cmd).awaitGoroutines(0xc00001a050, 0x0) exec.go:9\n"
                  " os/exec.(*Cmd).Wait(0xc00001a050) exec.go:30\n main.run() x.go:1\n"
                  "by main.main in 1")
                .points,
            3);
}

// Who started a goroutine to send it something would be there to receive.
TEST(Suspicion, StartersThatAreGoneWeighTwoForOldSenders) {
  constexpr std::string_view kGone = "main.work() work.go:9\n by main.main in gone";
  constexpr std::string_view kShared = "main.work() work.go:9\n by main.main in 99";
  EXPECT_EQ(weigh("chan send, 3 minutes", kGone, 8).points, 5);
  EXPECT_EQ(weigh("chan send, 3 minutes", kShared, 8).points, 3);
  EXPECT_EQ(weigh("chan send", kGone, 8).points, 2);
  constexpr std::string_view kListener =
      "main.next() next.go:9\n main.listen() x.go:5\n main.go() x.go:1\n by main.main in gone";
  EXPECT_EQ(weigh("chan receive, 3 minutes", kListener, 8).points, 2);
}

//     func (c *Conn) start() { go c.read(); go c.write() }    // and read sends to write
TEST(Suspicion, WhoWasStartedBesideThemMayHaveTheOtherEnd) {
  constexpr std::string_view kSenders = R"(
    1 [running]
      main.main() main.go:1
    7-8 [chan send, 3 minutes]
      conn.(*Conn).read() conn.go:9
      by conn.(*Conn).start in gone)";
  const Stage beside(sketch(std::string(kSenders) + R"(
    9 [select]
      conn.(*Conn).write() conn.go:30
      by conn.(*Conn).start in 100007)"));
  const Stage waited_for(sketch(std::string(kSenders) + R"(
    9 [sync.WaitGroup.Wait]
      wait 0xc000012050
      conn.(*Conn).close() conn.go:50
      by conn.(*Conn).start in 100007)"));

  EXPECT_EQ(suspect(beside.scene(), beside.group(7)).points, 3);
  EXPECT_EQ(suspect(waited_for.scene(), waited_for.group(7)).points, 5);
}

TEST(Suspicion, AMarkOfTheRuntimeIsProof) {
  const Suspicion suspicion = weigh("chan receive (leaked)", kDeep);

  EXPECT_TRUE(suspicion.proved);
  EXPECT_EQ(suspicion.grade(), Grade::proved);
  EXPECT_EQ(suspicion.text(), "the runtime says so");
}

//     go ask(answers)
//     select {
//     case <-answers:
//     case <-time.After(limit): panic("no answer")    // watch.go:20
//     }
TEST(Suspicion, WhoGaveUpWaitingAndPanickedPointsAtWhatItStarted) {
  const Stage stage(sketch(R"(
    |panic: no answer
    1 [running]
      main.watch() watch.go:20
      main.main() main.go:1
    7 [select]
      main.ask() ask.go:9
      by main.watch in 1)"));

  EXPECT_LT(suspect(stage.scene(), stage.group(7)).points, Suspicion::kLikely);

  const Stage panicked(sketch(R"(
    |panic: no answer
    1 [running]
      panic({0x1, 0x2}) /usr/local/go/src/runtime/panic.go:787
      main.watch() watch.go:20
      main.main() main.go:1
    7 [chan receive]
      main.ask() ask.go:9
      by main.watch in 1)"));

  EXPECT_GE(suspect(panicked.scene(), panicked.group(7)).points, Suspicion::kLikely);
}

TEST(Suspicion, StandingStillBetweenTwoLooksSaysNoMoreThanAge) {
  const std::string look =
      sketch("1 [running]\n main.main() main.go:1\n7 [chan receive]\n" + std::string(kDeep));
  const std::string old = sketch(
      "1 [running]\n main.main() main.go:1\n7 [chan receive, 3 minutes]\n" + std::string(kDeep));
  const Stage twice({look, look});
  const Stage old_twice({old, old});

  EXPECT_EQ(suspect(twice.scene(), twice.group(7)).points, 1);
  EXPECT_EQ(suspect(old_twice.scene(), old_twice.group(7)).points, 1);
}

TEST(Suspicion, ANumberThatGrowsWeighs) {
  const auto look = [](int last) {
    return sketch("1 [running]\n main.main() main.go:1\n7-" + std::to_string(last) +
                  " [chan receive]\n" + std::string(kDeep));
  };
  const Stage grown({look(9), look(20)});
  const Stage steady({look(19), look(20)});

  EXPECT_EQ(suspect(grown.scene(), grown.group(7)).points, 3);
  EXPECT_EQ(suspect(steady.scene(), steady.group(7)).points, 2);
}

TEST(Suspicion, ReasonsAreToldInOnePhrase) {
  EXPECT_EQ(weigh("chan send, 3 minutes", kDeep, 8).text(),
            "sending on a channel is no place to idle; it waits for a minute or more; 2 stand "
            "there");
}

TEST(Suspicion, GradesFollowFromPoints) {
  Suspicion suspicion;
  suspicion.points = Suspicion::kPossible - 1;
  EXPECT_FALSE(suspicion.counts());

  suspicion.points = Suspicion::kPossible;
  EXPECT_TRUE(suspicion.counts());
  EXPECT_EQ(suspicion.grade(), Grade::possible);

  suspicion.points = Suspicion::kLikely;
  EXPECT_EQ(suspicion.grade(), Grade::likely);
}

TEST(Suspicion, StuckIsADeadlockOnlyWhereSomebodyWaitsForIt) {
  const Stage stage(sketch(R"(
    1 [chan send]
      main.main() main.go:1
    7 [chan send]
      main.ask() ask.go:9
      by main.main in 1)"));

  EXPECT_EQ(severity_of(stage.scene(), stage.group(1)), Severity::deadlock);
  EXPECT_EQ(severity_of(stage.scene(), stage.group(7)), Severity::leak);
}

}  // namespace
}  // namespace goknot::analysis
