// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/delve_session.h"

#include "tests/support/snapshot_text.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::source {
namespace {

using testing_support::stack_text;

Result<std::vector<Snapshot>> read(std::string_view text) {
  return read_delve_session({.name = "x", .bytes = text, .wrapped_in = {}});
}

Snapshot read_one(std::string_view text) {
  auto snapshots = read(text);
  EXPECT_TRUE(snapshots.has_value());
  if (!snapshots) return {};
  EXPECT_EQ(snapshots->size(), 1u);
  return std::move(snapshots->front());
}

std::string_view status(const Snapshot& s, std::size_t row) {
  return s.strings[s.goroutines[row].status];
}

constexpr std::string_view kList = R"((dlv) goroutines
* Goroutine 1 - User: ./main.go:54 main.main (0x4dc9d0) (thread 18849)
  Goroutine 2 - User: /usr/local/go/src/runtime/proc.go:463 runtime.gopark (0x47dc0e) [force gc (idle) 3386326708882]
  Goroutine 18 - User: ./main.go:17 main.(*hub).send (0x4dc4b8) [chan send 3386326708882]
  Goroutine 30 - User: C:/go/src/runtime/time.go:363 time.Sleep (0x480e65) [sleep]
[4 goroutines]
(dlv) )";

TEST(DelveSession, AListIsARowForEachGoroutine) {
  const Snapshot s = read_one(kList);

  ASSERT_EQ(s.goroutines.size(), 4u);
  EXPECT_EQ(s.goroutines[2].id, 18);
  EXPECT_EQ(stack_text(s, s.goroutines[2].stack), "main.(*hub).send ./main.go:17");
  EXPECT_EQ(stack_text(s, s.goroutines[3].stack), "time.Sleep C:/go/src/runtime/time.go:363");
  EXPECT_TRUE(s.goroutines[0].current);
  EXPECT_TRUE(s.goroutines[1].system);
  EXPECT_FALSE(s.goroutines[2].system);
  EXPECT_EQ(s.origin.kind, SourceKind::delve);
  EXPECT_EQ(s.origin.format, "dlv-goroutines");
  EXPECT_EQ(s.origin.detail, Detail::listing);
  EXPECT_TRUE(s.origin.complete);
  EXPECT_TRUE(s.gaps.empty());
}

TEST(DelveSession, TheNumberBehindAReasonIsNoDuration) {
  const Snapshot s = read_one(kList);

  EXPECT_EQ(status(s, 0), "");
  EXPECT_EQ(status(s, 1), "force gc (idle)");
  EXPECT_EQ(status(s, 2), "chan send");
  EXPECT_EQ(s.goroutines[2].reason, WaitReason::chan_send);
  EXPECT_EQ(s.goroutines[2].wait_minutes, -1);
}

TEST(DelveSession, ReasonsOfAnotherReleaseAreNotBelieved) {
  const Snapshot s = read_one(R"(
  Goroutine 2 - User: /go/src/runtime/proc.go:398 runtime.gopark (0x47dc0e) [debug call]
  Goroutine 18 - User: ./main.go:17 main.(*hub).send (0x4dc4b8) [chan send]
  Goroutine 30 - User: /go/src/runtime/time.go:363 time.Sleep (0x480e65) [sleep]
[3 goroutines])");

  EXPECT_EQ(status(s, 0), "");
  EXPECT_EQ(status(s, 1), "");
  EXPECT_EQ(status(s, 2), "sleep");
  EXPECT_EQ(s.gaps.size(), 1u);
}

TEST(DelveSession, AReasonInASystemCallIsLeftOver) {
  const Snapshot s = read_one(
      "  Goroutine 5 - User: /go/src/syscall/asm.s:26 syscall.Syscall (0x1) (thread 7) [chan "
      "receive 5]\n"
      "  Goroutine 6 - User: /x.go:1 main.f (0x2) [select]\n");

  EXPECT_EQ(status(s, 0), "");
  EXPECT_EQ(status(s, 1), "select");
  EXPECT_TRUE(s.gaps.empty());
}

TEST(DelveSession, ListsOfOtherPlacesAreJoinedById) {
  const Snapshot s = read_one(R"((dlv) goroutines -r
  Goroutine 18 - Runtime: /go/src/runtime/proc.go:463 runtime.gopark (0x47dc0e) [chan send 33]
(dlv) goroutines -g
  Goroutine 18 - Go: ./main.go:24 main.main (0x4dc685) [chan send 33]
(dlv) goroutines -s
  Goroutine 18 - Start: ./main.go:17 main.(*hub).send (0x4dc440) [chan send 33]
  Goroutine 19 - Start: ./main.go:17 main.(*hub).send (0x4dc440) [chan send 33]
(dlv) goroutines -u -l
  Goroutine 18 - User: ./main.go:17 main.(*hub).send (0x4dc4b8) [chan send 33]
	Labels: "job":"import \"x\"", "odd key":"1"... (3 more)
)");

  ASSERT_EQ(s.goroutines.size(), 2u);
  EXPECT_EQ(stack_text(s, s.goroutines[0].stack), "main.(*hub).send ./main.go:17");
  EXPECT_EQ(s.function(s.goroutines[0].creator), "main.main");
  EXPECT_EQ(s.label_sets[s.goroutines[0].labels.index()].labels.size(), 2u);
  EXPECT_EQ(status(s, 0), "chan send");
  EXPECT_EQ(stack_text(s, s.goroutines[1].stack), "main.(*hub).send ./main.go:0");
}

TEST(DelveSession, StacksBelowTheLinesOfAListBelongToThem) {
  const Snapshot s = read_one(R"((dlv) goroutines -t
  Goroutine 27 - User: ./main.go:19 main.main.gowrap3 (0x4dcaf9) [chan receive 33]
	0  0x000000000047dc0e in runtime.gopark
	    at /go/src/runtime/proc.go:463
	1  0x00000000004158ee in runtime.chanrecv
	    at /go/src/runtime/chan.go:667
	2  0x00000000004dcaf9 in main.generic[go.shape.struct { main.a int }]
	    at ./main.go:19
	3  0x00000000004dcaf9 in main.main.gowrap3
	    at ./main.go:36
	(truncated)
* Goroutine 28 - User: ./main.go:37 main.main.func2 (0x4dcc8f) [select (no cases)]
	0  0x000000000045f3e6 in runtime.block
	    at /go/src/runtime/select.go:104
	1  0x00000000004dcc8f in main.main.func2
	    at ./main.go:37
[2 goroutines])");

  EXPECT_EQ(
      stack_text(s, s.goroutines[0].stack),
      "runtime.gopark /go/src/runtime/proc.go:463 | runtime.chanrecv /go/src/runtime/chan.go:667"
      " | ~main.generic[...] ./main.go:19 | main.main.gowrap3 ./main.go:36");
  EXPECT_TRUE(s.goroutines[0].stack_cut);
  EXPECT_FALSE(s.goroutines[1].stack_cut);
  EXPECT_EQ(status(s, 1), "select (no cases)");
  EXPECT_EQ(s.origin.detail, Detail::stacks);
  EXPECT_FALSE(s.origin.complete);
}

TEST(DelveSession, AStackBelongsToTheGoroutineThatWasAskedFor) {
  const Snapshot s = read_one(std::string(kList) + R"(goroutine 18 bt
0  0x0000000000414517 in runtime.chansend1
   at /go/src/runtime/chan.go:161
1  0x00000000004dc4b8 in main.(*hub).send
   at ./main.go:17
(dlv) goroutine 30
Switched from 1 to 30 (thread 18849)
(dlv) stack -full
0  0x0000000000480e65 in time.Sleep
   at C:/go/src/runtime/time.go:363
       ns = 3600000000000
       s = "Goroutine 5 - User: lies"

1  0x00000000004dccfd in main.main.func4
   at ./main.go:39
       defer 1: 0x00000000004dc540 in main.cleanup
                at ./main.go:18
                deferred by main.main.func4 at ./main.go:38

(dlv) bt
0  0x0000000000480e65 in time.Sleep
   at C:/go/src/runtime/time.go:363
(truncated)
)");

  ASSERT_EQ(s.goroutines.size(), 4u);
  EXPECT_EQ(stack_text(s, s.goroutines[2].stack),
            "runtime.chansend1 /go/src/runtime/chan.go:161 | main.(*hub).send ./main.go:17");
  EXPECT_EQ(stack_text(s, s.goroutines[3].stack),
            "time.Sleep C:/go/src/runtime/time.go:363 | main.main.func4 ./main.go:39");
  EXPECT_EQ(stack_text(s, s.goroutines[0].stack), "main.main ./main.go:54");
  EXPECT_TRUE(s.origin.complete);
}

TEST(DelveSession, AStackAloneIsAGoroutineWithoutId) {
  const Snapshot s = read_one(
      "0  0x0000000000414517 in runtime.chansend1\n   at /go/src/runtime/chan.go:161\n"
      "1  0x0000000000000000 in ???\n   at ?:0\n   error: NULL address\n");

  ASSERT_EQ(s.goroutines.size(), 1u);
  EXPECT_EQ(s.goroutines[0].id, Goroutine::kNoGoroutine);
  EXPECT_EQ(s.origin.format, "dlv-stack");
  EXPECT_TRUE(s.goroutines[0].stack_cut);
  EXPECT_FALSE(s.origin.complete);
}

TEST(DelveSession, AStackThatCannotBeOfTheSelectedGoroutineIsNotGivenToIt) {
  const Snapshot s =
      read_one(std::string(kList) + "\n0  0x0000000000480e65 in main.other\n   at ./main.go:99\n");

  EXPECT_EQ(stack_text(s, s.goroutines[0].stack), "main.main ./main.go:54");
  EXPECT_EQ(s.gaps.size(), 1u);
}

TEST(DelveSession, TheLongFormTellsWhereAGoroutineStandsAndBegan) {
  const Snapshot s = read_one(R"((dlv) goroutine
Thread 26560 at ./main.go:17
Goroutine 18:
	Runtime: /go/src/runtime/proc.go:463 runtime.gopark (0x47dc0e)
	User: ./main.go:17 main.(*hub).send (0x4dc4b8)
	Go: ./main.go:24 main.main (0x4dc685)
	Start: ./main.go:17 main.(*hub).send (0x4dc440)
	Labels: "job":"import"
)");

  ASSERT_EQ(s.goroutines.size(), 1u);
  EXPECT_EQ(s.goroutines[0].id, 18);
  EXPECT_EQ(stack_text(s, s.goroutines[0].stack), "main.(*hub).send ./main.go:17");
  EXPECT_EQ(s.function(s.goroutines[0].creator), "main.main");
  EXPECT_TRUE(s.goroutines[0].labels);
}

TEST(DelveSession, AListAfterTheProgramRanOnIsAnotherSnapshot) {
  const std::string list =
      "  Goroutine 1 - User: ./main.go:54 main.main (0x4dc9d0)\n[1 goroutines]\n";

  EXPECT_EQ(read("(dlv) goroutines\n" + list + "(dlv) grs\n" + list)->size(), 1u);
  EXPECT_EQ(read("(dlv) goroutines\n" + list + "(dlv) next\n(dlv) goroutines\n" + list)->size(),
            2u);
  EXPECT_EQ(read(list + "  Goroutine 1 - User: ./main.go:55 main.main (0x4dc9e0)\n")->size(), 2u);
}

TEST(DelveSession, WhatIsNotShownIsAGap) {
  const Snapshot old = read_one("[7 goroutines]\n  Goroutine 1 - User: /x.go:1 main.f (0x1)\n");
  const Snapshot grouped = read_one(
      "/x.go:1 in main.f\n\t  Goroutine 1 - User: /x.go:1 main.f (0x1)\n\tTotal: 3\n\nToo many "
      "groups\n");
  const Snapshot unreadable = read_one("  Goroutine (unreadable could not read)\n[1 goroutines]\n");

  EXPECT_EQ(old.gaps[0].what, "the list says 7 goroutines, 1 are shown");
  EXPECT_EQ(grouped.gaps.size(), 2u);
  EXPECT_EQ(unreadable.gaps.size(), 1u);
  EXPECT_FALSE(old.origin.complete || grouped.origin.complete || unreadable.origin.complete);
}

TEST(DelveSession, OtherTextIsRefused) {
  EXPECT_FALSE(has_delve_list("goroutine 1 [running]:\nmain.main()\n"));
  EXPECT_FALSE(has_delve_stack("#0  0x0000000000480e65 in main () at x.c:3\n"));
  EXPECT_TRUE(has_delve_list(kList));
  EXPECT_TRUE(has_delve_stack("0  0x1 in main.f\n    at ./x.go:1\n"));
  EXPECT_EQ(read("nothing\n").error().kind, Kind::damaged);
}

TEST(DelveSession, ASessionCutAnywhereNeverShowsMore) {
  for (std::size_t size = 0; size < kList.size(); size++) {
    const auto snapshots = read(kList.substr(0, size));
    if (!snapshots) continue;
    EXPECT_EQ(snapshots->size(), 1u);
    EXPECT_LE(snapshots->front().goroutines.size(), 4u);
  }
}

}  // namespace
}  // namespace goknot::source
