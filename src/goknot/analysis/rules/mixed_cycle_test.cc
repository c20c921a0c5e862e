// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/second_look.h"
#include "tests/support/dumps.h"
#include "tests/support/sketch.h"
#include "tests/support/stuck_program.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <utility>

namespace goknot::analysis {
namespace {

using testing_support::culprit_of;
using testing_support::diagnose_dump;
using testing_support::diagnose_series;
using testing_support::findings_of;
using testing_support::read_dump;
using testing_support::sketch;
using testing_support::StuckProgram;

//     func (h *Hub) Publish() {
//       h.mu.Lock()
//       h.pool.Go(task)               // hub.go:33: waits for a free worker
//     func (p *Pool) work() {
//       for task := range p.tasks { task() }    // h.Drop, which wants h.mu
TEST(MixedCycle, AHolderThatAsksAPoolWhoseWorkersWantTheLock) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    1 [running]
      main.main() main.go:12
    20 [chan send, 5 minutes]
      main.(*Pool).Go(0xc000010000) pool.go:20
      main.(*Hub).Publish(0xc000020000) hub.go:33
      by main.serve in 1
    30-31 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:50
      main.(*Pool).work(0xc000010000) pool.go:40
      by main.NewPool in 1
    40 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020008
      main.(*Hub).Add(0xc000020000) hub.go:70
      by main.serve in 1)"));

  EXPECT_EQ(findings_of(d), "mixed-cycle cycle deadlock likely: 20 30 31 < 40");
  EXPECT_EQ(culprit_of(d), "main.(*Hub).Publish");
}

TEST(MixedCycle, WaitersThatBelongToNobodyAskedMakeNoCycle) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20 [chan send, 5 minutes]
      main.(*Hub).Publish(0xc000020000) hub.go:33
      by main.serve in 1
    30-31 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:50
      by main.serve in 1)")),
            "lock-held-across-wait orphan deadlock likely: 20 < 30 31");
}

// Memory shows who could answer: here somebody who is not stuck.
TEST(MixedCycle, WhereMemoryShowsWhoCouldAnswerNobodyIsGuessed) {
  Series series = read_dump(R"(goroutine 20 [chan send, 5 minutes]:
main.(*Pool).Go(0xc000010000)
	/src/pool.go:20 +0x1
main.(*Hub).Publish(0xc000020000)
	/src/hub.go:33 +0x1

goroutine 30 [sync.Mutex.Lock, 5 minutes]:
sync.(*Mutex).lockSlow(0xc000020000)
	/usr/local/go/src/sync/mutex.go:149 +0x1
main.(*Hub).Drop(0xc000020000)
	/src/hub.go:50 +0x1
main.(*Pool).work(0xc000010000)
	/src/pool.go:40 +0x1
)");
  ASSERT_EQ(findings_of(diagnose_series(series)), "mixed-cycle cycle deadlock likely: 20 30");
  series.snapshots[0].origin.detail = Detail::memory;
  EXPECT_EQ(findings_of(diagnose_series(series)).find("mixed-cycle"), std::string::npos);
}

// Those who wait for a sync.Once answer nothing that its function asks.
TEST(MixedCycle, CallersOfTheTypeThatCalledAFunctionOfTheLibraryAreNotAsked) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20 [chan receive, 5 minutes]
      main.(*Lazy).Get.func1() lazy.go:33
      sync.(*Once).doSlow(0xc000020000, 0xc000030000) /usr/local/go/src/sync/once.go:78
      sync.(*Once).Do(...) /usr/local/go/src/sync/once.go:69
      main.(*Lazy).Get(0xc000020000) lazy.go:33
      by main.serve in 1
    30-33 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020000
      sync.(*Once).doSlow(0xc000020000, 0xc000030000) /usr/local/go/src/sync/once.go:72
      sync.(*Once).Do(...) /usr/local/go/src/sync/once.go:69
      main.(*Lazy).Get(0xc000020000) lazy.go:33
      by main.serve in 1)"))
                .find("mixed-cycle"),
            std::string::npos);
}

//     func (h *Hub) run() { for c := range h.new { go work(c) } }
TEST(MixedCycle, ALoopThatStartedTheWaitersHoldsNothingWhileItWaitsForWork) {
  EXPECT_EQ(findings_of(sketch(R"(
    busy
    1 [running]
      main.main() main.go:12
    20 [chan receive]
      main.(*Hub).run(0xc000020000) hub.go:33
      by main.main in 1
    30-31 [sync.Mutex.Lock]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:50
      main.work() hub.go:90
      by main.(*Hub).run in 20)")),
            "");
}

//     func (c *Client) Do() { token := c.source.Token(); … }
//     func (s *Source) Token() { s.mu.Lock(); defer s.mu.Unlock(); return s.client.Fetch() }
TEST(MixedCycle, WhoCallsAnObjectDoesNotAnswerForIt) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20 [select, 5 minutes]
      main.(*Client).Fetch(0xc000010000) client.go:20
      main.(*Source).Token(0xc000020000) source.go:33
      main.(*Client).Do(0xc000010000) client.go:80
      main.handle() handle.go:44
      by main.serve in 1
    30-31 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020008
      main.(*Source).Token(0xc000020000) source.go:30
      main.(*Client).Do(0xc000010000) client.go:80
      main.handle() handle.go:44
      by main.serve in 1)")),
            "lock-held-across-wait orphan deadlock likely: 20 < 30 31");
}

// A hub that asks a loop, and loops that want the lock of the hub.
std::string loops(std::string_view age, std::string_view receiver, std::string_view another) {
  return findings_of(sketch(fmt::format(R"(
    1 [running]
      main.main() main.go:12
    busy
    20 [chan receive{0}]
      main.(*Loop).Ask(0xc000010000) loop.go:20
      main.(*Hub).Publish(0xc000020000) hub.go:33
      by main.serve in 1
    30-31 [sync.Mutex.Lock{0}]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:50
      main.(*Loop).run({1}) loop.go:40
      by main.NewLoop in 1
    {2})",
                                        age, receiver, another)));
}

std::string aged(std::string_view receiver, std::string_view another) {
  std::string found = loops(", 5 minutes", receiver, another);
  return found.substr(0, found.find(' '));
}

TEST(MixedCycle, WorkersOfAnotherObjectDoNotAnswer) {
  EXPECT_EQ(aged("0xc000010000", ""), "mixed-cycle");
  EXPECT_EQ(aged("0xc000010000?", ""), "mixed-cycle");
  EXPECT_EQ(aged("0xc000033000", ""), "lock-held-across-wait");
}

TEST(MixedCycle, AWorkerThatIsFreeMayAnswer) {
  EXPECT_EQ(aged("0xc000010000", R"(
    40 [select, 5 minutes]
      main.(*Loop).run(0xc000010000) loop.go:42
      by main.NewLoop in 1)"),
            "lock-held-across-wait");
  EXPECT_EQ(aged("0xc000010000", R"(
    40 [runnable]
      main.(*Loop).flush(0xc000010000) loop.go:52
      by main.NewLoop in 1)"),
            "lock-held-across-wait");
}

// Of a program that moves such a look is a moment.
TEST(MixedCycle, SomethingMustSayThatItLasts) {
  EXPECT_EQ(loops("", "0xc000010000", "").find("mixed-cycle"), std::string::npos);
}

//     func (p *Pool) Refresh() { for … { p.group.Add(1); go p.probe() }; p.group.Wait() }
std::string joined(std::string_view parent) {
  return findings_of(sketch(fmt::format(R"(
    1 [running]
      main.main() main.go:12
    20 [sync.WaitGroup.Wait, 5 minutes]
      wait 0xc000010100
      main.(*Pool).Refresh(0xc000010000) pool.go:20
      main.(*Hub).Publish(0xc000020000) hub.go:33
      by main.serve in 1
    30-31 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:50
      main.(*Pool).Refresh.func1() pool.go:40
      by main.(*Pool).Refresh in {})",
                                        parent)));
}

TEST(MixedCycle, AWaitGroupIsAnsweredByWhatItsWaiterStarted) {
  EXPECT_EQ(joined("20"), "mixed-cycle cycle deadlock likely: 20 30 31");
  EXPECT_EQ(joined("21"), "lock-held-across-wait orphan deadlock likely: 20 < 30 31");
}

//     func (p *Pool) Go(task func()) {
//       p.slots <- struct{}{}                          // pool.go:20: no slot is free
//       go func() { task(); <-p.slots }()              // pool.go:24
//     }
//     func walk() { for … { pool.Go(walk) } }          // a task that waits for a slot in its slot
TEST(MixedCycle, WorkersThatHandOnWorkToTheirOwnPool) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    1 [running]
      main.main() main.go:12
    20-23 [chan send, 5 minutes]
      main.(*Pool).Go(0xc000010000) pool.go:20
      main.walk() walk.go:15
      main.(*Pool).Go.func1() pool.go:24
      by main.(*Pool).Go in 1)"));

  EXPECT_EQ(findings_of(d), "mixed-cycle cycle deadlock likely: 20 21 22 23");
  EXPECT_EQ(culprit_of(d), "main.(*Pool).Go");
}

// Task 30 will give back its slot; 30 of another starter that of another pool.
TEST(MixedCycle, ATaskAtWorkMakesRoomInItsPool) {
  const auto said = [](std::string_view starter) {
    return findings_of(sketch(fmt::format(R"(
    1 [running]
      main.main() main.go:12
    20-23 [chan send, 5 minutes]
      main.(*Pool).Go(0xc000010000) pool.go:20
      main.walk() walk.go:15
      main.(*Pool).Go.func1() pool.go:24
      by main.(*Pool).Go in 7
    30 [IO wait, 5 minutes]
      netread
      main.fetch() walk.go:19
      main.(*Pool).Go.func1() pool.go:24
      by main.(*Pool).Go in {})",
                                          starter)));
  };

  EXPECT_EQ(said("8"), "mixed-cycle cycle deadlock likely: 20 21 22 23");
  for (const std::string_view starter : {"7", "21"}) {
    EXPECT_EQ(said(starter).find("mixed-cycle"), std::string::npos) << starter;
  }
}

constexpr std::string_view kFullGroup = R"(goroutine 20 [chan send]:
main.(*Group).Go(0xc000010000)
	/src/group.go:20 +0x1
main.walk()
	/src/walk.go:15 +0x1
main.(*Group).Go.func1()
	/src/group.go:24 +0x1
created by main.(*Group).Go in goroutine 1
	/src/group.go:22 +0x1
)";

// A look at a process of which nothing alive can wake anybody.
Series stuck(std::string_view dump) {
  Series series = read_dump(dump);
  series.snapshots[0].origin.detail = Detail::memory;
  for (Goroutine& goroutine : series.snapshots[0].goroutines) goroutine.reach = Reach::never;
  return series;
}

TEST(MixedCycle, ATaskOfAFullGroupThatNothingCanWakeWaitsForItself) {
  EXPECT_EQ(findings_of(diagnose_series(stuck(kFullGroup))),
            "mixed-cycle self deadlock proved: 20");
}

TEST(MixedCycle, AFunctionThatStartsItselfAndSendsFeedsNoPool) {
  constexpr std::string_view walk = R"(goroutine 20 [chan send]:
main.walk(0xc000010000)
	/src/walk.go:20 +0x1
created by main.walk in goroutine 1
	/src/walk.go:22 +0x1
)";
  EXPECT_EQ(findings_of(diagnose_series(stuck(walk))), "chan-no-partner orphan leak proved: 20");
}

// 2,572 callers queue for the hub, who waits for a worker, and the workers wait for the hub's lock.
TEST(MixedCycle, OneWhoCallsOutIsTheHolderAmongACrowdOfCallers) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    1 [running]
      main.main() main.go:12
    100-199 [chan send, 14 minutes]
      main.(*Hub).Broadcast(0xc000020000) hub.go:203
      main.handle() node.go:20
      by main.serve in 1
    20 [chan send, 14 minutes]
      main.(*Pool).Schedule(0xc000010000) pool.go:88
      main.(*Hub).broadcast(0xc000020000) hub.go:354
      main.(*Hub).Run(0xc000020000) hub.go:160
      by main.main in 1
    30-42 [sync.RWMutex.RLock, 14 minutes]
      rlock
      main.(*Hub).broadcast.func1() hub.go:357
      main.(*Pool).worker(0xc000010000) pool.go:110
      by main.(*Pool).Schedule in 20
    50-59 [sync.RWMutex.Lock, 14 minutes]
      wlock 0xc000020028
      main.(*Hub).Subscribe(0xc000020000) hub.go:275
      main.handle() node.go:30
      by main.serve in 1)"));

  ASSERT_FALSE(d.findings.empty());
  EXPECT_EQ(d.findings[0].rule, "mixed-cycle");
  EXPECT_EQ(d.findings[0].shape, goknot::Shape::cycle);
  EXPECT_EQ(d.findings[0].roots.front(), 20);
  EXPECT_EQ(d.findings.size(), 1U);
}

constexpr std::string_view kFullPool = R"(
    1 [running]
      main.main() main.go:12
    20-23 [chan send, 5 minutes]
      main.(*Pool).Submit(0xc000010000) pool.go:20
      main.walk() walk.go:15
      main.(*Pool).worker(0xc000010000) pool.go:24
      by main.NewPool in 1)";

TEST(MixedCycle, TasksOfAFullPoolThatSubmitToIt) {
  EXPECT_EQ(findings_of(sketch(kFullPool)), "mixed-cycle cycle deadlock likely: 20 21 22 23");
}

//     func (l *Loop) run() { for task := range l.tasks { task() } }
//     func (l *Loop) Post(task func()) { l.tasks <- task }    // out of a task of the same loop
TEST(MixedCycle, AnEventLoopThatPostsToItselfAlsoWherePostingIsInlined) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20 [chan send, 5 minutes]
      main.(*Loop).Post(...) loop.go:20
      main.walk() walk.go:15
      main.(*Loop).run(0xc000010000) loop.go:24
      main.NewLoop.gowrap1() loop.go:12
      by main.NewLoop in 1)")),
            "mixed-cycle self deadlock possible: 20");
}

// They wait for those who write to their connections.
TEST(MixedCycle, ReadersThatAnswerThroughAnotherLoopOfTheSameObjectMoveOn) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20-23 [chan send, 5 minutes]
      main.(*Conn).send(0xc000010000) conn.go:20
      main.handle() handle.go:15
      main.(*Conn).readLoop(0xc000010000) conn.go:24
      by main.serve in 1
    30-33 [IO wait, 5 minutes]
      main.(*Conn).flush(0xc000010000) conn.go:40
      main.(*Conn).writeLoop(0xc000010000) conn.go:44
      by main.serve in 1)"))
                .find("mixed-cycle"),
            std::string::npos);
}

TEST(MixedCycle, AFullPoolWithAFreeWorkerMovesOn) {
  const std::string free = R"(
    24 [chan receive]
      main.(*Pool).worker(0xc000010000) pool.go:22
      by main.NewPool in 1)";

  EXPECT_EQ(findings_of(sketch(std::string(kFullPool) + free)).find("mixed-cycle"),
            std::string::npos);
}

//     func (r *Reader) loop() { for { r.push(r.read()) } }    // somebody else takes what is pushed
TEST(MixedCycle, WorkersThatSendToTheirOwnObjectWithoutATaskBetweenMeanIt) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20-23 [chan send, 5 minutes]
      main.(*Reader).push(0xc000010000) reader.go:20
      main.(*Reader).loop(0xc000010000) reader.go:24
      by main.NewReader in 1)"))
                .find("mixed-cycle"),
            std::string::npos);
}

TEST(MixedCycle, ABusyPoolIsNotStuckWhileNobodyWaitsForLong) {
  EXPECT_EQ(findings_of(sketch(R"(
    busy
    1 [running]
      main.main() main.go:12
    20 [chan send]
      main.(*Pool).Go(0xc000010000) pool.go:20
      main.walk() walk.go:15
      main.(*Pool).Go.func1() pool.go:24
      by main.(*Pool).Go in 1)")),
            "");
}

TEST(MixedCycle, ASenderStartedByAnotherFunctionDoesNotFeedItself) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20 [chan send, 5 minutes]
      main.(*Pool).Go(0xc000010000) pool.go:20
      main.produce() walk.go:15
      by main.main in 1)")),
            "");
}

// A hub holds its lock while it hands work to its pool, whose workers all want that lock first.
TEST(MixedCycle, OfManyWorkersOfWhomAnyWouldDoNoneIsToBlame) {
  StuckProgram program;
  program.waits(7, Operation::send, ObjectKind::channel, 0x100);
  for (std::int64_t id = 20; id < 33; id++) {
    program.waits(id, Operation::lock, ObjectKind::mutex, 0x200, 5);
    program.will(id, Operation::receive, 0x100);
  }
  program.holds(7, 0x200);
  const Diagnosis d = diagnose_series(program.take());

  ASSERT_EQ(d.findings.size(), 1U);
  EXPECT_EQ(d.findings[0].shape, Shape::cycle);
  EXPECT_EQ(d.findings[0].roots.size(), 1U);
  EXPECT_EQ(d.findings[0].victims.size(), 13U);
  EXPECT_EQ(d.findings[0].title, "goroutine 7 and 13 goroutines wait for each other");
}

// A hub of a server, which everybody can reach: 7 holds its lock and sends to a pool, of which all
// workers want the lock.
StuckProgram served() {
  StuckProgram program;
  program.from_now_on_alive();
  program.waits(7, Operation::send, ObjectKind::channel, 0x100);
  program.waits(20, Operation::lock, ObjectKind::mutex, 0x200);
  program.waits(21, Operation::lock, ObjectKind::mutex, 0x200);
  program.holds(7, 0x200).will(20, Operation::receive, 0x100);
  return program;
}

TEST(MixedCycle, AllWhoWouldAnswerAHolderMayWaitForItsLock) {
  const Diagnosis d = diagnose_series(served().take());

  EXPECT_EQ(findings_of(d), "mixed-cycle cycle deadlock likely: 7 20 < 21");
  EXPECT_TRUE(d.findings[0].explanation.contains("goroutine 20 would receive from"));
}

TEST(MixedCycle, OneWhoWouldAnswerAndDoesSomethingElseMakesItContention) {
  StuckProgram program = served();
  program.waits(22, Operation::receive, ObjectKind::channel, 0x300);
  program.will(22, Operation::receive, 0x100);

  EXPECT_EQ(findings_of(diagnose_series(program.take())),
            "lock-held-across-wait convoy warning proved: 7 < 20 21");
}

// A worker that moves is seen to do so by the second look, and may come to the channel yet.
TEST(MixedCycle, OneWhoWouldAnswerAndHasMovedMakesItContention) {
  StuckProgram program = served();
  program.waits(22, Operation::receive, ObjectKind::channel, 0x300);
  program.will(22, Operation::receive, 0x100);
  Series series = program.take();
  const auto& goroutines = series.snapshots.back().goroutines;
  const auto moved = std::ranges::find(goroutines, 22, &Goroutine::id) - goroutines.begin();
  set_moving(series.snapshots.back(), std::array{static_cast<std::uint32_t>(moved)});

  EXPECT_EQ(findings_of(diagnose_series(std::move(series))),
            "lock-held-across-wait convoy warning proved: 7 < 20 21");
}

TEST(MixedCycle, WhomTheHolderWouldAnswerItselfIsBehindIt) {
  StuckProgram program = served();
  program.waits(30, Operation::send, ObjectKind::channel, 0x400);
  program.will(7, Operation::receive, 0x400);

  EXPECT_EQ(findings_of(diagnose_series(program.take())),
            "mixed-cycle cycle deadlock likely: 7 20 < 21 30");
}

}  // namespace
}  // namespace goknot::analysis
