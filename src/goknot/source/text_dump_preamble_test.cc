// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/text_dump_preamble.h"

#include <gtest/gtest.h>

namespace goknot::source {
namespace {

Cause cause_of(std::string_view line) {
  const auto preamble = parse_preamble(line);
  return preamble ? preamble->cause : Cause::none;
}

TEST(Preamble, FatalErrorsAreTakenAtTheirWord) {
  EXPECT_EQ(cause_of("fatal error: all goroutines are asleep - deadlock!"), Cause::all_asleep);
  EXPECT_EQ(cause_of("throw: all goroutines are asleep - deadlock!"), Cause::all_asleep);
  EXPECT_EQ(cause_of("fatal error: no goroutines (main called runtime.Goexit) - deadlock!"),
            Cause::no_goroutines);
  EXPECT_EQ(cause_of("fatal error: concurrent map writes"), Cause::fatal);
}

TEST(Preamble, PanicsOfTestsAreTimeOutsAndBubbles) {
  EXPECT_EQ(cause_of("panic: test timed out after 10m0s"), Cause::test_timeout);
  EXPECT_EQ(parse_preamble("panic: test timed out after 10m0s")->format, "test-timeout");
  EXPECT_EQ(cause_of("panic: deadlock: all goroutines in bubble are blocked"),
            Cause::synctest_deadlock);
  EXPECT_EQ(cause_of("panic: boom [recovered]"), Cause::panic);
}

TEST(Preamble, SignalsFromOutsideAskAndOthersAreFaults) {
  EXPECT_EQ(cause_of("SIGQUIT: quit"), Cause::signal);
  EXPECT_EQ(cause_of("SIGABRT: abort"), Cause::signal);
  EXPECT_EQ(cause_of("SIGSEGV: segmentation violation"), Cause::fatal);
  EXPECT_EQ(parse_preamble("SIGSEGV: segmentation violation")->format, "sigquit");
}

TEST(Preamble, WordsOfALogMayStandBeforeWhatIsUnmistakable) {
  EXPECT_EQ(
      cause_of("Nov 18 07:20:13 host app[812]: fatal error: all goroutines are asleep - deadlock!"),
      Cause::all_asleep);
  EXPECT_EQ(cause_of("app_1 | panic: test timed out after 1m0s"), Cause::test_timeout);
  EXPECT_EQ(cause_of("2026/01/02 03:04:05 SIGQUIT: quit"), Cause::signal);
  EXPECT_EQ(cause_of("handler said panic: boom"), Cause::none);
}

TEST(Preamble, LeakReportsAnnounceThemselves) {
  EXPECT_EQ(cause_of("leaks.go:78: found unexpected goroutines:"), Cause::leak_report);
  EXPECT_EQ(parse_preamble("leaktest.go:132: leaktest: timed out checking goroutines")->format,
            "leaktest");
}

TEST(Preamble, OrdinaryLinesAreNone) {
  EXPECT_FALSE(parse_preamble("=== RUN   TestX").has_value());
  EXPECT_FALSE(parse_preamble("SIGNIFICANT: Rows 12").has_value());
  EXPECT_FALSE(parse_preamble("do not panic: all is well").has_value());
}

TEST(Registers, OneNameTellsTheProcessor) {
  EXPECT_EQ(goarch_of_register("rax    0xfffffffffffffffc"), "amd64");
  EXPECT_EQ(goarch_of_register("eax    0x1"), "386");
  EXPECT_EQ(goarch_of_register("r29     0x14000054990"), "arm64");
  EXPECT_EQ(goarch_of_register("cpsr    0x20000010"), "arm");
}

TEST(Registers, OtherLinesTellNothing) {
  EXPECT_EQ(goarch_of_register("rax of the story"), "");
  EXPECT_EQ(goarch_of_register("r8     0x0"), "");
}

}  // namespace
}  // namespace goknot::source
