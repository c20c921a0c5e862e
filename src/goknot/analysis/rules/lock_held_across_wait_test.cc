// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dumps.h"
#include "tests/support/sketch.h"
#include "tests/support/stuck_program.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::culprit_of;
using testing_support::diagnose_dump;
using testing_support::diagnose_series;
using testing_support::findings_of;
using testing_support::sketch;
using testing_support::StuckProgram;

constexpr auto kChannel = ObjectKind::channel;
constexpr auto kMutex = ObjectKind::mutex;

//     func (h *Hub) Publish(m message) {
//       h.mu.Lock()
//       defer h.mu.Unlock()
//       for c := range h.clients { c <- m }    // hub.go:33: a client that has stopped reading
//     func (h *Hub) Drop(c client) {
//       h.mu.Lock()                            // hub.go:50: it cannot be dropped either
TEST(LockHeldAcrossWait, AMethodOfTheOwnerThatSendsKeepsAllOthersOut) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    1 [running]
      main.main() main.go:12
    20 [chan send, 5 minutes]
      main.(*Hub).Publish(0xc000020000) hub.go:33
      by main.serve in 1
    30-31 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:50
      by main.serve in 1)"));

  EXPECT_EQ(findings_of(d), "lock-held-across-wait orphan deadlock likely: 20 < 30 31");
  EXPECT_EQ(culprit_of(d), "main.(*Hub).Publish");
  EXPECT_EQ(d.findings.front().edges.front().relation, Relation::holds);
}

//     mu.Lock()         // handle.go:30
//     …
//     <-answers         // handle.go:33
TEST(LockHeldAcrossWait, WhoStandsBehindTheLineOfTheOthersHolds) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20 [chan receive, 5 minutes]
      main.handle() handle.go:33
      by main.serve in 1
    30-31 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020008
      main.handle() handle.go:30
      by main.serve in 1)")),
            "lock-held-across-wait orphan deadlock likely: 20 < 30 31");
}

// Somebody could move, and nobody has waited for a minute.
std::string fan_out_under_lock(std::string_view waiters) {
  return findings_of(sketch(fmt::format(R"(
    1 [running]
      main.main() main.go:12
    busy
    20 [semacquire]
      wait 0xc000020100
      main.handle() handle.go:33
      by main.serve in 1
    {} [sync.Mutex.Lock]
      lock 0xc000020008
      main.handle() handle.go:30
      by main.serve in 1)",
                                        waiters)));
}

//     mu.Lock()         // handle.go:30
//     for … { go help() }
//     group.Wait()      // handle.go:33
TEST(LockHeldAcrossWait, WhoWaitsForItsHelpersWhileAFewQueueMayBeDoneInAMoment) {
  EXPECT_EQ(fan_out_under_lock("30-32"), "");
  EXPECT_EQ(fan_out_under_lock("30-33"),
            "lock-held-across-wait convoy warning possible: 20 < 30 31 32 33");
}

TEST(LockHeldAcrossWait, SeveralBehindTheLineMakeItOnlyPossible) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20-21 [chan receive, 5 minutes]
      main.handle() handle.go:33
      by main.serve in 1
    30-31 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020008
      main.handle() handle.go:30
      by main.serve in 1)")),
            "lock-held-across-wait orphan deadlock possible: 20 < 30 31");
}

//     <-answers         // handle.go:28
//     mu.Lock()         // handle.go:30
TEST(LockHeldAcrossWait, WhoStandsBeforeTheLineHoldsNothing) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20 [chan receive, 5 minutes]
      main.handle() handle.go:28
      by main.serve in 1
    30-31 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020008
      main.handle() handle.go:30
      by main.serve in 1)")),
            "convoy convoy warning possible: < 30 31");
}

TEST(LockHeldAcrossWait, AHolderOnTheNetworkMayComeBack) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20 [IO wait, 5 minutes]
      netread
      main.(*Hub).fetch(0xc000020000) hub.go:33
      by main.serve in 1
    30-31 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:50
      by main.serve in 1)")),
            "lock-held-across-wait convoy warning likely: 20 < 30 31");
}

// A holder in `holder` below Fetch, while others queue for five minutes.
std::string holding(std::string_view holder, std::string_view another = "") {
  return findings_of(sketch(fmt::format(R"(
    1 [running]
      main.main() main.go:12
    20 {}
      main.(*Link).Fetch(0xc000020000) link.go:33
      by main.serve in 1
    30-31 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020008
      main.(*Link).Fetch(0xc000020000) link.go:30
      by main.serve in 1
    {})",
                                        holder, another)));
}

constexpr std::string_view kSlow = "lock-held-across-wait convoy warning likely: 20 < 30 31";
constexpr std::string_view kFinal = "lock-held-across-wait orphan deadlock likely: 20 < 30 31";

TEST(LockHeldAcrossWait, AnAnswerFromOutsideMayStillCome) {
  EXPECT_EQ(holding(R"([select, 5 minutes]
      net/http.(*persistConn).roundTrip(0xc000077000) transport.go:2101
      net/http.(*Client).do(0xc000078000) client.go:602)"),
            kSlow);
  EXPECT_EQ(holding(R"([chan receive, 5 minutes]
      net/rpc.(*Client).Call(0xc000077000) client.go:321)"),
            kSlow);
}

// The lock goes from hand to hand: each keeps it for less than a minute.
TEST(LockHeldAcrossWait, AHolderThatHasJustBegunToWaitDoesNotKeepAnOldQueueForGood) {
  EXPECT_EQ(holding("[chan receive, 5 minutes]"), kFinal);
  EXPECT_EQ(holding("[chan receive]"), kSlow);
}

//     func (l *Link) loop() { for { l.conn.Read(buf); l.answers <- … } }
TEST(LockHeldAcrossWait, AReaderOfTheConnectionMayBringTheAnswer) {
  EXPECT_EQ(holding("[chan receive, 5 minutes]", R"(
    40 [IO wait, 5 minutes]
      netread
      main.(*Link).loop(0xc000020000) link.go:22
      by main.NewLink in 1)"),
            kSlow);
  EXPECT_EQ(holding("[chan receive, 5 minutes]", R"(
    40 [IO wait, 5 minutes]
      netread
      main.(*Link).loop(0xc000055000) link.go:22
      by main.NewLink in 1)"),
            kFinal);
  // As go1.21 shows `go l.loop(c)`.
  EXPECT_EQ(holding("[chan receive, 5 minutes]", R"(
    40 [IO wait, 5 minutes]
      netread
      main.(*Link).loop(0xc000020000) link.go:22
      main.NewLink.func1() link.go:12
      by main.NewLink in 1)"),
            kSlow);
}

//     func (c *Container) Attach(dst *io.PipeWriter) {
//       c.mu.Lock()
//       go func() { defer group.Done(); io.Copy(dst, c.out) }()
//       group.Wait()                            // container.go:33
std::string attached(std::string_view task, std::string_view another) {
  return findings_of(sketch(fmt::format(R"(
    1 [running]
      main.main() main.go:12
    20 [sync.WaitGroup.Wait, 5 minutes]
      wait 0xc000030000
      main.(*Container).Attach(0xc000020000) container.go:33
      by main.serve in 1
    21 {}
      main.(*Container).Attach.func1() container.go:28
      by main.(*Container).Attach in 20
    22 {}
      by main.serve in 1
    30-31 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020008
      main.(*Container).Running(0xc000020000) container.go:50
      by main.serve in 1)",
                                        task, another)));
}

constexpr std::string_view kWriting = R"([select, 5 minutes]
      io.(*pipe).write(0xc000040000) pipe.go:87
      io.(*PipeWriter).Write(...) pipe.go:161)";

// What else the select of a pipe waits for is not shown.
TEST(LockHeldAcrossWait, ATaskThatWritesToAPipeMayFindAReader) {
  EXPECT_EQ(attached(kWriting, R"([sleep, 5 minutes]
      sleep
      main.client(0xc000020000, 0x0?) client.go:14)"),
            kSlow);
  EXPECT_EQ(attached(kWriting, R"([chan receive, 5 minutes]
      main.client(0xc000020000, 0x0?) client.go:14)"),
            kFinal);
}

// On which channel a task waits is not shown either.
TEST(LockHeldAcrossWait, ATaskThatSendsMayFindAReceiver) {
  EXPECT_EQ(attached("[chan send, 5 minutes]", R"([sleep, 5 minutes]
      sleep
      main.collect(0xc000077000) client.go:14)"),
            kSlow);
  EXPECT_EQ(attached("[chan send, 5 minutes]", R"([chan receive, 5 minutes]
      main.collect(0xc000077000) client.go:14)"),
            kFinal);
}

TEST(LockHeldAcrossWait, WhoHasTheChannelOfTheHolderInHandMayComeBack) {
  constexpr std::string_view kReceiving = R"([chan receive, 5 minutes]
      runtime.chanrecv(0xc000040000, 0xc000061000, 0x1) chan.go:667)";
  EXPECT_EQ(holding(kReceiving, R"(
    40 [sleep, 5 minutes]
      sleep
      other.work({0x575088, 0xc000040000}) work.go:14
      by main.main in 1)"),
            kSlow);
  EXPECT_EQ(holding(kReceiving, R"(
    40 [sleep, 5 minutes]
      sleep
      other.work({0x575088, 0xc000077000}) work.go:14
      by main.main in 1)"),
            kFinal);
  // By way of a pipe, whose reader writes to the network.
  EXPECT_EQ(holding(kReceiving, R"(
    40 [select, 5 minutes]
      io.(*pipe).write(0xc000050000) pipe.go:87
      io.(*PipeWriter).Write(...) pipe.go:161
      other.work({0x575088, 0xc000040000}) work.go:14
      by main.main in 1
    41 [IO wait, 5 minutes]
      netread
      other.stream({0x575088, 0xc000050000}) client.go:44
      by main.main in 1)"),
            kSlow);
}

//     func worker(jobs chan job) { for j := range jobs { j.answer <- fetch(j) } }
TEST(LockHeldAcrossWait, AFunctionOfItsPackageThatIsBusyMayBeAWorker) {
  EXPECT_EQ(holding("[chan receive, 5 minutes]", R"(
    40 [IO wait, 4 minutes]
      netread
      main.fetch(0x1) worker.go:30
      main.worker(0x0?) worker.go:20
      by main.main in 1)"),
            kSlow);
}

// A second case of the select may be a time-out.
TEST(LockHeldAcrossWait, AHolderInASelectMayGoOnByAnotherCase) {
  EXPECT_EQ(holding("[select, 5 minutes]"), kFinal);
  EXPECT_EQ(holding("[select, 5 minutes]", R"(
    40 [IO wait, 5 minutes]
      netread
      main.read() main.go:80
      by main.main in 1)"),
            kSlow);
}

TEST(LockHeldAcrossWait, WhoHasWaitedForHalfAnHourIsNotSlow) {
  constexpr std::string_view kBusy = R"(
    40 [IO wait, 5 minutes]
      netread
      main.read() main.go:80
      by main.main in 1)";
  EXPECT_EQ(holding("[select, 29 minutes]", kBusy), kSlow);
  EXPECT_EQ(holding("[select, 30 minutes]", kBusy), kFinal);
  EXPECT_EQ(holding("[chan receive, 30 minutes]", kBusy), kFinal);
}

TEST(LockHeldAcrossWait, OfGoroutinesPickedByHandThoseOfAWaitGroupNeedNotBeAll) {
  EXPECT_EQ(findings_of(sketch(R"(
    20 [sync.WaitGroup.Wait, 5 minutes]
      wait 0xc000030000
      main.(*Container).Attach(0xc000020000) container.go:33
      by main.serve in 1
    30-31 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020008
      main.(*Container).Running(0xc000020000) container.go:50
      by main.serve in 1)")),
            kSlow);
}

TEST(LockHeldAcrossWait, AMethodOfAnotherObjectHoldsAnotherLock) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20 [chan send, 5 minutes]
      main.(*Hub).Publish(0xc000055000) hub.go:33
      by main.serve in 1
    30-31 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:50
      by main.serve in 1)")),
            "convoy convoy warning possible: < 30 31");
}

//     func (h *Hub) run() {
//       for m := range h.messages {    // hub.go:33
//         h.mu.Lock()
//         …
TEST(LockHeldAcrossWait, TheLoopOfTheOwnerWaitsForWorkWithoutTheLock) {
  EXPECT_EQ(findings_of(sketch(R"(
    busy
    1 [running]
      main.main() main.go:12
    20 [chan receive, 5 minutes]
      main.(*Hub).run(0xc000020000) hub.go:33
      by main.serve in 1
    30-31 [sync.Mutex.Lock]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:50
      by main.serve in 1)")),
            "");
}

// What is said of a program whose memory was read.
std::string said_of(StuckProgram& program) { return findings_of(diagnose_series(program.take())); }

TEST(LockHeldAcrossWait, WhoHoldsALockAndCanNeverBeWokenIsADeadlock) {
  StuckProgram program;
  program.waits(20, Operation::receive, kChannel, 0x100);
  program.waits(30, Operation::lock, kMutex, 0x200).holds(20, 0x200);

  EXPECT_EQ(said_of(program), "lock-held-across-wait orphan deadlock proved: 20 < 30");
}

TEST(LockHeldAcrossWait, WhoHoldsALockAndMayStillBeWokenIsOnlySlow) {
  StuckProgram program;
  program.from_now_on_alive();
  program.waits(20, Operation::receive, kChannel, 0x100);
  program.waits(30, Operation::lock, kMutex, 0x200).holds(20, 0x200);

  EXPECT_EQ(said_of(program), "lock-held-across-wait convoy warning proved: 20 < 30");
}

TEST(LockHeldAcrossWait, AMethodOfTheTypeAloneIsNotEnoughWithoutAge) {
  EXPECT_EQ(findings_of(sketch(R"(
    busy
    1 [running]
      main.main() main.go:12
    20 [chan send]
      main.(*Hub).Publish(0x0?) hub.go:33
      main.run() hub.go:90
      by main.serve in 1
    30-31 [sync.Mutex.Lock]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:50
      by main.serve in 1)")),
            "");
}

}  // namespace
}  // namespace goknot::analysis
