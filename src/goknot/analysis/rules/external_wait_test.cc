// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing::HasSubstr;
using testing_support::culprit_of;
using testing_support::diagnose_dump;
using testing_support::diagnose_series;
using testing_support::findings_of;
using testing_support::read_dump;
using testing_support::sketch;

constexpr std::string_view kTest = R"(
    1 [chan receive, 10 minutes]
      testing.(*T).Run(0xc000003500) testing.go:1859
      main.main() _testmain.go:45
    6 [IO wait, 9 minutes]
      netread
      example.com/depot.TestFetch(0xc000003500) depot_test.go:25
      testing.tRunner(0xc000003500) testing.go:1792
      by testing.(*T).Run in 1)";

TEST(ExternalWait, ATestThatRanOutOfTimeWaitsForTheNetwork) {
  const Diagnosis d =
      diagnose_dump(sketch("|panic: test timed out after 10m0s\n" + std::string(kTest)));

  EXPECT_EQ(findings_of(d), "external-wait none warning likely: 6");
  EXPECT_EQ(culprit_of(d), "example.com/depot.TestFetch");
  EXPECT_EQ(d.verdict.outcome, Outcome::suspicious);
}

TEST(ExternalWait, ATestThatIsOnlyInterruptedIsNothing) {
  EXPECT_EQ(findings_of(sketch("|SIGQUIT: quit\n" + std::string(kTest))), "");
}

// The test itself computes; a goroutine that it has started reads from a connection.
TEST(ExternalWait, AConnectionThatATestKeepsOpenIsNotItsBody) {
  EXPECT_EQ(findings_of(sketch(R"(
    |panic: test timed out after 10m0s
    6 [runnable, 9 minutes]
      example.com/depot.TestFetch(0xc000003500) depot_test.go:25
      testing.tRunner(0xc000003500) testing.go:1792
      by testing.(*T).Run in 1
    7 [IO wait, 9 minutes]
      netread
      example.com/depot.pump(0xc000003500) depot.go:25
      by example.com/depot.TestFetch in 6)")),
            "");
}

// Goroutine 6 waits in a system call for something outside.
class OutsideWaitOf : public testing::Test {
 protected:
  void wait(OutsideKind kind, Outlook outlook, std::string_view what, std::string_view why) {
    OutsideWait& wait = snapshot_.outside_waits.emplace_back();
    wait.goroutine = 1;
    wait.kind = kind;
    wait.outlook = outlook;
    wait.what = snapshot_.strings.add(what);
    wait.why = snapshot_.strings.add(why);
  }
  Diagnosis diagnose() const { return diagnose_series(series_); }

  Series series_ = read_dump(sketch(R"(
    1 [select]
      main.main() main.go:12
    6 [syscall]
      syscall.Syscall6(0x3d, 0x32c) syscall.go:1
      os.(*Process).Wait(0xc000010000) exec.go:1
      main.build(0xc000012000) build.go:25
      by main.main in 1)"));
  Snapshot& snapshot_ = series_.snapshots.front();
};

TEST_F(OutsideWaitOf, AChildThatIsStoppedIsNamed) {
  wait(OutsideKind::child, Outlook::halted, "child 812 (cat)", "stopped by a signal");

  const Diagnosis d = diagnose();

  EXPECT_EQ(findings_of(d), "external-wait none warning likely: 6");
  EXPECT_THAT(d.findings[0].title, HasSubstr("child 812 (cat), which is stopped by a signal"));
  EXPECT_EQ(culprit_of(d), "main.build");
}

//     cmd.Stdout = w       // a pipe whose other end nobody reads
//     cmd.Start()
//     cmd.Process.Wait()   // the child waits until its output is taken
TEST_F(OutsideWaitOf, AChildThatWaitsForUsIsNamed) {
  wait(OutsideKind::child, Outlook::own, "child 812 (cat)", "waits until this process reads");

  const Diagnosis d = diagnose();

  EXPECT_EQ(findings_of(d), "external-wait none warning possible: 6");
  EXPECT_THAT(d.findings[0].title, HasSubstr("(cat), which waits until"));
  EXPECT_THAT(d.findings[0].advice, HasSubstr("build.go:25"));
}

TEST_F(OutsideWaitOf, AChildThatWorksIsNothing) {
  wait(OutsideKind::child, Outlook::open, "child 812 (cat)", "");

  EXPECT_EQ(findings_of(diagnose()), "");
}

TEST_F(OutsideWaitOf, AFileOrNameThatTakesMomentsIsNothing) {
  wait(OutsideKind::filesystem, Outlook::halted, "/data/a (ext4)", "does not answer");

  EXPECT_EQ(findings_of(diagnose()), "");
}

TEST_F(OutsideWaitOf, AFileThatTakesMinutesIsSomething) {
  wait(OutsideKind::filesystem, Outlook::halted, "/mnt/a (nfs4)", "does not answer");
  snapshot_.goroutines[1].wait_minutes = 3;

  EXPECT_EQ(findings_of(diagnose()), "external-wait none warning likely: 6");
}

}  // namespace
}  // namespace goknot::analysis
