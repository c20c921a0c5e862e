// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::culprit_of;
using testing_support::diagnose_dump;
using testing_support::findings_of;
using testing_support::sketch;

//     next, stop := iter.Pull(seq)
//     next()                      // the sequence waits for something that never comes
TEST(GlobalDeadlock, NamesWhomNoOtherRuleExplains) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    |fatal error: all goroutines are asleep - deadlock!
    1 [coroutine]
      iter.Pull[...].func2() iter.go:85
      main.walk() walk.go:31
      main.main() main.go:14)"));

  EXPECT_EQ(findings_of(d), "global-deadlock orphan deadlock proved: 1");
  EXPECT_EQ(culprit_of(d), "main.walk");
}

TEST(GlobalDeadlock, LeavesAloneWhatIsExplained) {
  EXPECT_EQ(findings_of(sketch(R"(
    |fatal error: all goroutines are asleep - deadlock!
    1 [chan receive]
      main.main() main.go:14)")),
            "chan-no-partner orphan deadlock proved: 1");
}

//     func (p Philosopher) eat() { p.left.Lock(); p.right.Lock(); … }
TEST(GlobalDeadlock, IsSureThoughItsCauseIsOnlyPossible) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    |fatal error: all goroutines are asleep - deadlock!
    1 [sync.WaitGroup.Wait]
      wait 0xc000012070
      main.main() main.go:40
    19 [sync.Mutex.Lock]
      lock 0xc0000ba010
      main.Philosopher.eat(0x0, 0xc0000ba008, 0xc0000ba010) main.go:20
      by main.main in 1
    20 [sync.Mutex.Lock]
      lock 0xc0000ba008
      main.Philosopher.eat(0x1, 0xc0000ba010, 0xc0000ba008) main.go:20
      by main.main in 1)"));

  EXPECT_EQ(findings_of(d), "global-deadlock cycle deadlock likely: 20 19 < 1");
  EXPECT_EQ(d.verdict.outcome, Outcome::deadlock);
  EXPECT_EQ(d.findings.front().edges.front().grade, Grade::possible);
  EXPECT_TRUE(d.findings.front().title.contains("it seems that"));
}

TEST(GlobalDeadlock, IsNotSaidWithoutTheRuntime) {
  EXPECT_EQ(findings_of(sketch(R"(
    |SIGQUIT: quit
    1 [coroutine]
      iter.Pull[...].func2() iter.go:85
      main.walk() walk.go:31
      main.main() main.go:14)")),
            "");
}

}  // namespace
}  // namespace goknot::analysis
