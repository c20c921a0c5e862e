// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dumps.h"
#include "tests/support/memory_look.h"
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

//     func (c *Cache) Get(key string) {
//       c.mu.Lock()
//       defer c.mu.Unlock()
//       c.refresh(key)          // cache.go:17, which locks c.mu again
TEST(SelfLock, AMethodBelowAnotherOfTheSameObjectWaitsForItsOwnLock) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    1 [running]
      main.main() main.go:12
    5 [sync.Mutex.Lock, 3 minutes]
      lock 0xc00001a050
      main.(*Cache).Put(0xc00001a050) cache.go:40
      by main.main in 1
    19 [sync.Mutex.Lock, 3 minutes]
      lock 0xc00001a050
      main.(*Cache).refresh(0xc00001a050) cache.go:23
      main.(*Cache).Get(0xc00001a050) cache.go:17
      by main.main in 1)"));

  EXPECT_EQ(findings_of(d), "self-lock self deadlock likely: 19 < 5");
  EXPECT_EQ(culprit_of(d), "main.(*Cache).Get");
  EXPECT_EQ(d.verdict.outcome, Outcome::deadlock);
}

// Three wait for the lock of a store in the same way; one of them was called by that store.
//     func nested() {
//       db.Update(func(tx *Tx) { db.Update(…) })    // main.go:49, main.go:50
//     }
constexpr std::string_view kStore = R"(
    1 [running]
      main.main() main.go:12
    5 [sync.Mutex.Lock, 3 minutes]
      lock 0xc00001a050
      kv.(*DB).begin(0xc00001a050) db.go:40
      kv.(*DB).Update(0xc00001a050) db.go:20
      main.save() main.go:30
      by main.main in 1
    6 [sync.Mutex.Lock, 3 minutes]
      lock 0xc00001a050
      kv.(*DB).begin(0xc00001a050) db.go:40
      kv.(*DB).Update(0xc00001a050) db.go:20
      main.save() main.go:30
      by main.main in 1
    7 [sync.Mutex.Lock, 3 minutes]
      lock 0xc00001a050
      kv.(*DB).begin(0xc00001a050) db.go:40
      kv.(*DB).Update(0xc00001a050) db.go:20
      main.nested.func1() main.go:50
      kv.(*DB).Update({}) db.go:24
      main.nested() main.go:49
      by main.main in 1)";

TEST(SelfLock, OfManyWhoCameTheSameWayItIsTheOneWhoCameBackFromACallback) {
  const Diagnosis d = diagnose_dump(sketch(fmt::format(kStore, "0xc00001a050")));

  EXPECT_EQ(findings_of(d), "self-lock self deadlock likely: 7 < 5 6");
  const auto& culprits = d.findings.front().culprits;
  EXPECT_EQ(culprits[0].place.line, 24U);
  EXPECT_EQ(culprits[1].place.function, "main.nested.func1");
  EXPECT_EQ(d.findings.front().advice,
            "Go's locks are not reentrant: do not call kv.(*DB).Update from main.nested.func1 "
            "(main.go:50), which runs inside kv.(*DB).Update.");
}

TEST(SelfLock, AnOuterMethodOfWhichTheObjectIsNotSureBelongsToTheOnlyOneOfItsType) {
  EXPECT_EQ(findings_of(sketch(fmt::format(kStore, "0xc000777000?"))),
            "self-lock self deadlock likely: 7 < 5 6");
  const std::string two = fmt::format(kStore, "0xc000777000?") + R"(
    8 [IO wait]
      kv.(*DB).watch(0xc000777000) db.go:90
      by main.main in 1)";
  EXPECT_EQ(findings_of(sketch(two)), "convoy convoy warning possible: < 5 6 7");
}

TEST(SelfLock, WhoCameBackFromAnotherObjectOfTheTypeIsNone) {
  EXPECT_EQ(findings_of(sketch(fmt::format(kStore, "0xc000777000"))),
            "convoy convoy warning possible: < 5 6 7");
}

//     x.mu.RLock()
//     defer x.mu.RUnlock()
//     x.grow()                  // index.go:31, which write-locks x.mu
TEST(SelfLock, AnUpgradeFromReadingToWritingIsOne) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    7 [sync.RWMutex.Lock, 2 minutes]
      wlock 0xc00001a080
      main.(*Index).grow(0xc00001a080) index.go:50
      main.(*Index).Find(0xc00001a080) index.go:31
      by main.main in 1)")),
            "self-lock self deadlock likely: 7");
}

//     func (c *Cache) GetOrLoad(key string) {
//       if v := c.get(key); …       // cache.go:17, which locks c.mu; GetOrLoad has not
constexpr std::string_view kNested = R"(
    19 [sync.Mutex.Lock, 3 minutes]
      lock 0xc00001a050
      main.(*Cache).get(0xc00001a050) cache.go:23
      main.(*Cache).GetOrLoad(0xc00001a050) cache.go:17
      by main.main in 1)";

TEST(SelfLock, IsOnlyPossibleWhereGoroutinesAreLeftOut) {
  EXPECT_EQ(findings_of(sketch(kNested)), "self-lock self deadlock possible: 19");
  EXPECT_EQ(findings_of(sketch("1 [running]\n main.main() main.go:12\n" + std::string(kNested))),
            "self-lock self deadlock likely: 19");
}

TEST(SelfLock, IsOnlyPossibleWhereAStackIsNotShown) {
  EXPECT_EQ(findings_of(sketch("1 [running]\n main.main() main.go:12\n" + std::string(kNested)) +
                        "\n\ngoroutine 50 [running]:\n"
                        "\tgoroutine running on other thread; stack unavailable\n"
                        "created by main.main\n\t/src/main.go:45 +0x9a\n"),
            "self-lock self deadlock possible: 19");
}

TEST(SelfLock, WhoCameBackThroughOtherCodeNeedsNoWholeDump) {
  EXPECT_EQ(findings_of(sketch(R"(
    19 [sync.Mutex.Lock, 3 minutes]
      lock 0xc00001a050
      main.(*Cache).get(0xc00001a050) cache.go:23
      main.load() load.go:8
      main.(*Cache).GetOrLoad(0xc00001a050) cache.go:17
      by main.main in 1)")),
            "self-lock self deadlock likely: 19");
}

//     db.View(func(tx *bolt.Tx) …)      // waits for whoever grows the file
TEST(SelfLock, AWayIntoALibraryHoldsNothing) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    10 [sync.RWMutex.RLock, 2 minutes]
      rlock 0xc0000d6118
      go.etcd.io/bbolt.(*DB).beginTx(0xc0000d6000) db.go:485
      go.etcd.io/bbolt.(*DB).Begin(0xc0000d6000) db.go:470
      go.etcd.io/bbolt.(*DB).View(0xc0000d6000) db.go:617
      main.get() store.go:40
      by main.main in 1)"))
                .find("self-lock"),
            std::string::npos);
}

TEST(SelfLock, IsOnlyPossibleWhileNobodyKnowsForHowLong) {
  EXPECT_EQ(findings_of(sketch(R"(
    busy
    1 [running]
      main.main() main.go:12
    19 [sync.Mutex.Lock]
      lock 0xc00001a050
      main.(*Cache).refresh(0xc00001a050) cache.go:23
      main.(*Cache).Get(0xc00001a050) cache.go:17
      by main.main in 1)")),
            "self-lock self deadlock possible: 19");
}

//     func (s *Service) stop() {
//       s.mu.Lock()
//       close(s.quit)
//       <-s.done                // until the loop has ended, which waits for s.mu
TEST(SelfLock, IsOnlyPossibleIfAnotherMayBeStoppingTheLoop) {
  constexpr std::string_view kLoop = R"(
    1 [running]
      main.main() main.go:12
    7 [sync.Mutex.Lock, 3 minutes]
      lock 0xc00001a050
      main.(*Service).tick(0xc00001a050) service.go:23
      main.(*Service).loop(0xc00001a050) service.go:17
      by main.main in 1
    8 [{}, 3 minutes]
      main.(*Service).{}(0xc00001a050) service.go:40
      by main.main in 1)";

  EXPECT_EQ(findings_of(sketch(fmt::format(kLoop, "chan receive", "stop"))),
            "self-lock self deadlock possible: 7");
  EXPECT_EQ(findings_of(sketch(fmt::format(kLoop, "select", "serve"))),
            "self-lock self deadlock likely: 7");
  // A loop is started by a go statement; a function calls what ends.
  EXPECT_EQ(findings_of(sketch(fmt::format(
                kLoop, "select", "stop(0xc00001a050) service.go:40\n      main.shutdown"))),
            "self-lock self deadlock possible: 7");
}

// Then Get may call refresh without the lock: all of them cannot have it.
TEST(SelfLock, NestedMethodsThatAllWaitersShareSayNothing) {
  EXPECT_EQ(findings_of(sketch(R"(
    busy
    1 [running]
      main.main() main.go:12
    19-24 [sync.Mutex.Lock]
      lock 0xc00001a050
      main.(*Cache).refresh(0xc00001a050) cache.go:23
      main.(*Cache).Get(0xc00001a050) cache.go:17
      by main.main in 1)")),
            "");
}

//     func (n *Node) Insert(child *Node) { n.mu.Lock(); child.link() }    // each node has a lock
TEST(SelfLock, TheOuterMethodOfAnotherObjectDoesNotHoldTheLock) {
  EXPECT_EQ(findings_of(sketch(R"(
    busy
    1 [running]
      main.main() main.go:12
    19 [sync.Mutex.Lock]
      lock 0xc00001a050
      main.(*Node).link(0xc00001a050) node.go:23
      main.(*Node).Insert(0xc0000fe000) node.go:17
      by main.main in 1)")),
            "");
}

TEST(SelfLock, SomebodyElseInsideTheObjectIsBelievedFirst) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    19 [sync.Mutex.Lock, 3 minutes]
      lock 0xc00001a050
      main.(*Cache).refresh(0xc00001a050) cache.go:23
      main.(*Cache).Get(0xc00001a050) cache.go:17
      by main.main in 1
    20 [chan send, 3 minutes]
      main.(*Cache).notify(0xc00001a050) cache.go:61
      main.(*Cache).Put(0xc00001a050) cache.go:44
      by main.main in 1)")),
            "lock-held-across-wait orphan deadlock likely: 20 < 19");
}

// One that waits for a lock below a function of another object.
Diagnosis one_waiter(const testing_support::ShownHold& hold) {
  return testing_support::diagnose_series(testing_support::memory_look(sketch(R"(
    1 [sleep]
      sleep
      main.main() main.go:12
    19 [sync.RWMutex.Lock, 3 minutes]
      wlock 0xc00001a050
      main.grow() cache.go:23
      main.serve() cache.go:17
      by main.main in 1)"),
                                                                       {hold}));
}

TEST(SelfLock, IsProvedWhereADeferredUnlockShowsIt) {
  const Diagnosis d = one_waiter({.goroutine = 19, .frame = 1, .mode = Operation::rlock});

  EXPECT_EQ(findings_of(d), "self-lock self deadlock proved: 19");
  EXPECT_EQ(d.findings[0].title,
            "goroutine 19 waits for the lock at 0xc00001a050, which it holds itself");
  EXPECT_TRUE(d.findings[0].unknown.empty());
}

TEST(SelfLock, IsLikelyWhereOnlyTheCodeShowsIt) {
  const Diagnosis d = one_waiter({.goroutine = 19,
                                  .frame = 1,
                                  .mode = Operation::rlock,
                                  .evidence = HoldEvidence::call_site,
                                  .strength = HoldStrength::likely});

  EXPECT_EQ(findings_of(d), "self-lock self deadlock likely: 19");
  EXPECT_TRUE(d.findings[0].title.ends_with("which it seems to hold itself"));
  EXPECT_TRUE(d.findings[0].explanation.contains("nothing on the way there releases it"));
}

// A lock of a library that a function of the program holds and asks for again.
std::string advice_for(std::uint32_t holds) {
  const Diagnosis d = testing_support::diagnose_series(
      testing_support::memory_look(sketch(R"(
    1 [sleep]
      sleep
      main.main() main.go:12
    19 [sync.Mutex.Lock, 3 minutes]
      lock 0xc00001a050
      memdb.(*DB).Txn() memdb.go:76
      main.put() main.go:30
      main.putAll() main.go:40
      by main.main in 1)"),
                                   {{.goroutine = 19, .frame = holds}}));
  return d.findings.empty() ? "" : d.findings[0].advice;
}

//     mu.Lock()
//     defer mu.Lock()
TEST(SelfLock, WhoAsksTwiceInOneFunctionMayHaveMeantAnUnlock) {
  EXPECT_EQ(advice_for(4),
            "Go's locks are not reentrant: release it before memdb.go:76, or write Unlock there if "
            "that was meant.");
}

TEST(SelfLock, WhoEnteredALibraryAgainIsToldNotTo) {
  EXPECT_EQ(advice_for(6),
            "Go's locks are not reentrant: do not call memdb.(*DB).Txn from main.put (main.go:30), "
            "which runs inside main.putAll.");
  EXPECT_EQ(advice_for(5),
            "Go's locks are not reentrant: release it before memdb.(*DB).Txn is called at "
            "main.go:30.");
}

TEST(SelfLock, ADeferredCallThatOnlyLeadsToTheUnlockIsNotCalledOne) {
  const auto explained = [](HoldStrength strength, std::string_view defers) {
    return one_waiter({.goroutine = 19, .frame = 3, .strength = strength, .defers = defers})
        .findings[0]
        .explanation;
  };
  constexpr std::string_view kUnlock = "its deferred Unlock in main.serve has not";
  constexpr std::string_view kLeads =
      "its deferred call in main.serve that leads to the Unlock has not";

  EXPECT_TRUE(explained(HoldStrength::exact, {}).contains(kUnlock));
  EXPECT_TRUE(explained(HoldStrength::likely, "sync.(*RWMutex).Unlock").contains(kUnlock));
  EXPECT_TRUE(explained(HoldStrength::likely, "main.(*Store).close").contains(kLeads));
  EXPECT_TRUE(explained(HoldStrength::likely, "sync.(*RWMutex).RUnlock").contains(kLeads));
}

TEST(SelfLock, MemoryShowsThatAWaiterHoldsTheLockItself) {
  StuckProgram program;
  program.waits(7, Operation::lock, ObjectKind::mutex, 0x100).holds(7, 0x100);

  EXPECT_EQ(findings_of(diagnose_series(program.take())), "self-lock self deadlock proved: 7");
}

// 8 waits for the other lock of 7, and 9 for the lock of 8.
TEST(SelfLock, WhoWaitsForSomethingElseThatItHoldsIsPartOfIt) {
  StuckProgram program;
  program.waits(7, Operation::lock, ObjectKind::mutex, 0x100);
  program.waits(8, Operation::lock, ObjectKind::mutex, 0x200);
  program.waits(9, Operation::lock, ObjectKind::mutex, 0x300);
  program.holds(7, 0x100).holds(7, 0x200).holds(8, 0x300);

  EXPECT_EQ(findings_of(diagnose_series(program.take())),
            "self-lock self deadlock proved: 7 < 8 9");
}

}  // namespace
}  // namespace goknot::analysis
