// SPDX-License-Identifier: Apache-2.0
#include "tests/support/text_dump.h"

#include "goknot/source/format.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace goknot::source {
namespace {

std::string_view status_of(const Snapshot& snapshot, std::size_t row) {
  return snapshot.strings[snapshot.goroutines.at(row).status];
}

constexpr std::string_view kPlain = R"(goroutine 1 [running]:
main.main()
	/src/main.go:20 +0x1d

goroutine 18 [chan receive, 17 minutes]:
main.(*Hub).Run(0xc000105e00, {0x1, 0x2?})
	/src/hub.go:34 +0x45
created by main.main in goroutine 1
	/src/main.go:12 +0x8a
)";

TEST(TextDump, ReadsHeadersFramesAndCreators) {
  const Snapshot snapshot = read_one(kPlain);

  ASSERT_EQ(snapshot.goroutines.size(), 2U);
  const Goroutine& hub = snapshot.goroutines[1];
  EXPECT_EQ(hub.id, 18);
  EXPECT_EQ(hub.parent, 1);
  EXPECT_EQ(hub.wait_minutes, 17);
  EXPECT_EQ(hub.reason, WaitReason::chan_receive);
  EXPECT_EQ(snapshot.function(hub.creator), "main.main");
  EXPECT_EQ(stack_of(snapshot, 1), "main.(*Hub).Run /src/hub.go:34");
}

TEST(TextDump, KeepsArgumentsAsSpansOfTheText) {
  const Snapshot snapshot = read_one(kPlain);

  EXPECT_EQ(snapshot.argument_text(snapshot.goroutines[1], 0), "0xc000105e00, {0x1, 0x2?}");
}

TEST(TextDump, AWholeDumpHasNoGaps) {
  const Snapshot snapshot = read_one(kPlain);

  EXPECT_TRUE(snapshot.origin.complete);
  EXPECT_TRUE(snapshot.gaps.empty());
  EXPECT_EQ(snapshot.origin.format, "stack");
  EXPECT_EQ(snapshot.origin.lines, 9U);
}

TEST(TextDump, AHeaderWithoutFramesIsAGoroutine) {
  const Snapshot snapshot = read_one("goroutine 2 [syscall]:\n\n" + std::string(kPlain));

  ASSERT_EQ(snapshot.goroutines.size(), 3U);
  EXPECT_EQ(stack_of(snapshot, 0), "");
}

TEST(TextDump, AnIdThatReturnsWithAnotherStackBeginsASnapshot) {
  const auto snapshots = read_text(R"(x: leaktest: leaked goroutine: goroutine 84 [chan send]:
	main.f(0x1)
		/src/a.go:1 +0x1
	created by main.g
		/src/a.go:2 +0x1
--- FAIL: TestF
y: leaktest: leaked goroutine: goroutine 84 [chan send]:
	main.h(0x1)
		/src/a.go:3 +0x1
	created by main.g
		/src/a.go:2 +0x1
)");

  ASSERT_EQ(snapshots.size(), 2U);
  EXPECT_EQ(snapshots[1].origin.format, "leaktest");
  EXPECT_EQ(snapshots[1].line, 7U);
  EXPECT_EQ(stack_of(snapshots[1], 0), "main.h /src/a.go:3");
}

TEST(TextDump, GoleakAnnouncesAGoroutineThatIsCountedOnce) {
  const Snapshot snapshot = read_one(R"(    found unexpected goroutines:
    [Goroutine 91 in state chan receive (nil chan), with main.f on top of the stack:
	goroutine 91 [chan receive (nil chan)]:
	main.f()
		/src/a.go:206 +0x2c
	created by main.g in goroutine 8
		/src/a.go:205 +0x1a5
)");

  ASSERT_EQ(snapshot.goroutines.size(), 1U);
  EXPECT_EQ(snapshot.origin.format, "goleak");
  EXPECT_EQ(status_of(snapshot, 0), "chan receive (nil chan)");
  EXPECT_EQ(stack_of(snapshot, 0), "main.f /src/a.go:206");
}

TEST(TextDump, GoleakWithoutHeadersAnnouncesTheGoroutineItself) {
  const Snapshot snapshot = read_one(R"(found unexpected goroutines:
[Goroutine 7 in state chan receive, with main.f on top of the stack:
main.f()
	/src/a.go:206 +0x2c
created by main.g in goroutine 8
	/src/a.go:205 +0x1a5
 Goroutine 9 in state select, with main.h on top of the stack:
main.h()
	/src/a.go:306 +0x2c
created by main.g in goroutine 8
	/src/a.go:205 +0x1a5
]
)");

  ASSERT_EQ(snapshot.goroutines.size(), 2U);
  EXPECT_EQ(snapshot.goroutines[1].id, 9);
  EXPECT_EQ(stack_of(snapshot, 1), "main.h /src/a.go:306");
}

TEST(TextDump, ARaceReportIsNoGoroutine) {
  const Snapshot snapshot = read_one(R"(==================
WARNING: DATA RACE
Read at 0x00c000018130 by goroutine 7:
  main.f()
      /src/a.go:12 +0x3a

Goroutine 7 (running) created at:
  main.main()
      /src/a.go:10 +0x74
==================
Found 1 data race(s)
)");

  EXPECT_TRUE(snapshot.goroutines.empty());
  EXPECT_EQ(snapshot.origin.format, "race");
  EXPECT_EQ(snapshot.gaps.size(), 1U);
}

TEST(TextDump, ATextWithoutGoroutinesIsAnError) {
  const auto snapshots =
      text_dump_format.read({.name = "notes.txt", .bytes = "nothing\n", .wrapped_in = {}});

  ASSERT_FALSE(snapshots.has_value());
  EXPECT_EQ(snapshots.error().kind, Kind::unsupported);
  EXPECT_EQ(snapshots.error().message,
            "notes.txt: not a goroutine dump (plain text, 1 line, no goroutine header)");
}

}  // namespace
}  // namespace goknot::source
