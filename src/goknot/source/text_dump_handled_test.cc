// SPDX-License-Identifier: Apache-2.0
// Dumps that went through hands: pasted, quoted, shortened, cut.
#include "tests/support/text_dump.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace goknot::source {
namespace {

TEST(TextDumpHandled, MarkdownDamageIsRepaired) {
  const Snapshot snapshot = read_one(R"(goroutine 42 [select]:
a/scheduler.(_queuer).yield(0xc8201a9560, 0x0)
/go/src/a/scheduler/plugin.go:477 +0x485
created by a/scheduler.(_plugin).Run
/go/src/a/scheduler/plugin.go:744 +0xac
)");

  EXPECT_EQ(stack_of(snapshot, 0), "a/scheduler.(*queuer).yield /go/src/a/scheduler/plugin.go:477");
  EXPECT_EQ(snapshot.function(snapshot.goroutines.at(0).creator), "a/scheduler.(*plugin).Run");
}

TEST(TextDumpHandled, BlanksForTabsAndIndentationDoNotMatter) {
  const Snapshot snapshot = read_one(
      "  goroutine 42 [select]:\n  main.f(0x1)\n      /a.go:4 +0x4\n  created by main.main\n"
      "      /a.go:7 +0xa\n");

  EXPECT_EQ(stack_of(snapshot, 0), "main.f /a.go:4");
  EXPECT_TRUE(snapshot.origin.complete);
}

TEST(TextDumpHandled, EveryOtherLineMayBeBlank) {
  const Snapshot snapshot = read_one(
      "goroutine 42 [select]:\n\nmain.f(0x1)\n\n\t/a.go:4 +0x4\n\ncreated by main.main\n\n"
      "\t/a.go:7 +0xa\n");

  EXPECT_EQ(stack_of(snapshot, 0), "main.f /a.go:4");
  EXPECT_TRUE(snapshot.goroutines.at(0).creator);
}

TEST(TextDumpHandled, LogLinesInAStackAreSkipped) {
  const Snapshot snapshot = read_one(R"(goroutine 42 [select]:
main.f(0x1)
2024/01/02 03:04:05 listening on :8080
	/a.go:4 +0x4
time="2020" level=info msg="still (really) here"
main.g(0x2)
	/a.go:5 +0x4
created by main.main
	/a.go:7 +0xa
)");

  EXPECT_EQ(stack_of(snapshot, 0), "main.f /a.go:4, main.g /a.go:5");
}

TEST(TextDumpHandled, AFrameMayHaveLostItsFileLine) {
  const Snapshot snapshot = read_one(
      "goroutine 42 [select]:\nmain.f(0x1)\nmain.g(0x2)\n\t/a.go:5 +0x4\ncreated by main.main\n");

  EXPECT_EQ(stack_of(snapshot, 0), "main.f, main.g /a.go:5");
}

TEST(TextDumpHandled, AnArgumentListMayBeWrapped) {
  const Snapshot snapshot = read_one(
      "goroutine 42 [select]:\nmain.f(0x1,\n0x2, 0x3)\n\t/a.go:5 +0x4\ncreated by main.main\n");

  EXPECT_EQ(stack_of(snapshot, 0), "main.f /a.go:5");
  EXPECT_EQ(snapshot.argument_text(snapshot.goroutines.at(0), 0), "0x1,\n0x2, 0x3");
}

TEST(TextDumpHandled, StacksShortenedByHandAreGaps) {
  const Snapshot snapshot = read_one(R"(goroutine 7 [running]:
(stacks elided for clarity)

goroutine 10 [sleep]:
time.Sleep(0x1)
	/usr/lib/go/src/runtime/time.go:361 +0x130
created by main.f in goroutine 9
	/a.go:11 +0x24

...
)");

  ASSERT_EQ(snapshot.goroutines.size(), 2U);
  EXPECT_EQ(snapshot.stacks[snapshot.goroutines[0].stack].elided, kElidedUnknown);
  EXPECT_EQ(snapshot.gaps.size(), 2U);
  EXPECT_FALSE(snapshot.origin.complete);
}

TEST(TextDumpHandled, ADumpThatEndsInAStackSaysSo) {
  const Snapshot snapshot = read_one(
      "goroutine 42 [select]:\nmain.f(0x1)\n\t/a.go:5 +0x4\nmain.g(0x2)\n\t/usr/lib/go/src/net/ht");

  EXPECT_FALSE(snapshot.origin.complete);
  EXPECT_EQ(stack_of(snapshot, 0), "main.f /a.go:5, main.g");
}

TEST(TextDumpHandled, AFullBufferIsACut) {
  std::string text;
  while (text.size() < 70'000) {
    text += "goroutine " + std::to_string(text.size()) +
            " [select]:\nmain.f(0x1)\n\t/a.go:5 +0x4\ncreated by main.main\n\t/a.go:7 +0xa\n\n";
  }
  text.resize(65'536);

  EXPECT_FALSE(read_one(text).origin.complete);
}

TEST(TextDumpHandled, DashesBetweenPastedDumpsDoNotJoinThem) {
  const auto snapshots = read_text(R"(goroutine 7 [select]:
main.f()
	/src/main.go:30 +0x2
created by main.main
	/src/main.go:12 +0x8a

-----

goroutine 7 [select]:
main.g()
	/src/main.go:31 +0x2
created by main.main
	/src/main.go:12 +0x8a
)");

  EXPECT_EQ(snapshots.size(), 2U);
}

}  // namespace
}  // namespace goknot::source
