// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::culprit_of;
using testing_support::diagnose_dump;
using testing_support::findings_of;
using testing_support::sketch;

//     func (a *Account) transfer(to *Account, sum int) {
//       a.mu.Lock()
//       to.mu.Lock()              // account.go:21
// 18 transfers from the account at …50 to the one at …60, and 19 the other way round.
TEST(LockCycle, TwoMutexesTakenInOppositeOrder) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    1 [running]
      main.main() main.go:12
    18 [sync.Mutex.Lock, 9 minutes]
      lock 0xc000012060
      main.(*Account).transfer(0xc000012050, 0xc000012060, 0xa) account.go:21
      by main.main in 1
    19 [sync.Mutex.Lock, 9 minutes]
      lock 0xc000012050
      main.(*Account).transfer(0xc000012060, 0xc000012050, 0x14) account.go:21
      by main.main in 1
    20 [sync.Mutex.Lock, 9 minutes]
      lock 0xc000012050
      main.(*Account).Balance(0xc000012050) account.go:28
      by main.main in 1)"));

  EXPECT_EQ(findings_of(d), "lock-cycle cycle deadlock likely: 18 19 < 20");
  EXPECT_EQ(culprit_of(d), "main.(*Account).transfer");
}

TEST(LockCycle, AllOfThemAreFound) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    18 [sync.Mutex.Lock, 9 minutes]
      lock 0xc000012060
      main.(*Account).transfer(0xc000012050, 0xc000012060, 0xa) account.go:21
      by main.main in 1
    19 [sync.Mutex.Lock, 9 minutes]
      lock 0xc000012050
      main.(*Account).transfer(0xc000012060, 0xc000012050, 0x14) account.go:21
      by main.main in 1
    28 [sync.Mutex.Lock, 9 minutes]
      lock 0xc000022060
      main.(*Cell).swap(0xc000022050, 0xc000022060, 0xa) cell.go:21
      by main.main in 1
    29 [sync.Mutex.Lock, 9 minutes]
      lock 0xc000022050
      main.(*Cell).swap(0xc000022060, 0xc000022050, 0x14) cell.go:21
      by main.main in 1)")),
            "lock-cycle cycle deadlock likely: 19 18\n"
            "lock-cycle cycle deadlock likely: 29 28");
}

//     func (l *Ledger) Flush() { l.mu.Lock(); l.bank.Post() }    // Post wants the bank's lock
//     func (b *Bank) Close() { b.mu.Lock(); b.ledger.Add() }     // Add wants the ledger's
TEST(LockCycle, NeedsNoAgeWhereAllReceiversAgree) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    18 [sync.Mutex.Lock]
      lock 0xc000020008
      main.(*Bank).Post(0xc000020000) bank.go:21
      main.(*Ledger).Flush(0xc000010000) ledger.go:40
      by main.main in 1
    19 [sync.Mutex.Lock]
      lock 0xc000010008
      main.(*Ledger).Add(0xc000010000) ledger.go:12
      main.(*Bank).Close(0xc000020000) bank.go:55
      by main.main in 1)")),
            "lock-cycle cycle deadlock likely: 19 18");
}

// The lock is the first thing in the account, so the address of the lock is that of the account.
// Both have it as an argument because they ask for it, not because they are inside.
TEST(LockCycle, TwoThatWaitForOneAddressDoNotHoldIt) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    18 [sync.Mutex.Lock, 9 minutes]
      lock 0xc000012050
      main.deposit(0xc000012050) account.go:21
      by main.main in 1
    19 [sync.Mutex.Lock, 9 minutes]
      lock 0xc000012050
      main.withdraw(0xc000012050) account.go:35
      by main.main in 1)")),
            "convoy convoy warning possible: < 18 19");
}

//     func left()  { a.Lock(); b.Lock() }
//     func right() { b.Lock(); a.Lock() }
// The locks are variables, and no frame says which of them its function holds: only that there is
// nobody else who could.
TEST(LockCycle, NobodyElseToHoldTwoLocksIsOnlyPossible) {
  constexpr std::string_view kTwo = R"(
    18 [sync.Mutex.Lock, 9 minutes]
      lock 0xc000012050
      main.left() both.go:21
      by main.main in 1
    19 [sync.Mutex.Lock, 9 minutes]
      lock 0xc000034050
      main.right() both.go:35
      by main.main in 1)";

  EXPECT_EQ(findings_of(sketch("1 [running]\n main.main() main.go:12\n" + std::string(kTwo))),
            "lock-cycle cycle deadlock possible: 18 19");
  EXPECT_EQ(findings_of(sketch("|fatal error: all goroutines are asleep - deadlock!\n|\n" +
                               std::string(kTwo))),
            "lock-cycle cycle deadlock likely: 18 19");
}

TEST(LockCycle, SomebodyLeftOutMayHoldTwoLocks) {
  EXPECT_EQ(findings_of(sketch(R"(
    18 [sync.Mutex.Lock, 9 minutes]
      lock 0xc000012050
      main.left() both.go:21
      by main.main in 1
    19 [sync.Mutex.Lock, 9 minutes]
      lock 0xc000034050
      main.right() both.go:35
      by main.main in 1)"))
                .find("lock-cycle"),
            std::string::npos);
}

// Two stores, each of which a goroutine of its own waits for, and two functions or one.
std::string two_stores(std::string_view second, std::string_view loop = "") {
  return findings_of(sketch(fmt::format(R"(
    1 [running]
      main.main() main.go:12
    18 [sync.Mutex.Lock, 9 minutes]
      lock 0xc000012050
      main.(*Store).left(0xc000012000) both.go:21
      by main.main in 1
    19 [sync.Mutex.Lock, 9 minutes]
      lock 0xc000034050
      main.(*Store).{}(0xc000034000) both.go:21
      by main.main in 1
    {})",
                                        second, loop)));
}

TEST(LockCycle, ALoopOfTheSameTypeMayHoldOneOfTwoLocks) {
  EXPECT_EQ(two_stores("right"), "lock-cycle cycle deadlock possible: 18 19");
  EXPECT_FALSE(two_stores("right", R"(
    20 [select]
      main.(*Store).run(0xc000012000) both.go:50
      by main.main in 1)")
                   .contains("lock-cycle"));
}

TEST(LockCycle, TwoThatCameTheSameWayWaitForTwoOfAKind) {
  EXPECT_FALSE(two_stores("left").contains("lock-cycle"));
}

TEST(LockCycle, SomebodyWhoMovesMayHoldTwoLocks) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    17 [sleep]
      sleep
      main.housekeeping() both.go:80
      by main.main in 1
    18 [sync.Mutex.Lock]
      lock 0xc000012050
      main.left() both.go:21
      by main.main in 1
    19 [sync.Mutex.Lock]
      lock 0xc000034050
      main.right() both.go:35
      by main.main in 1)")),
            "");
}

}  // namespace
}  // namespace goknot::analysis
