// SPDX-License-Identifier: Apache-2.0
// The forms a text dump takes: printed by different parts of Go, by different releases.
#include "tests/support/text_dump.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace goknot::source {
namespace {

bool is_system(const Snapshot& snapshot, std::size_t row) {
  return snapshot.goroutines.at(row).system;
}

TEST(TextDumpForms, SigquitShowsTheRuntimeAndItsGoroutines) {
  const Snapshot snapshot = read_one(R"(SIGQUIT: quit
PC=0x404e6e m=0 sigcode=0

goroutine 0 gp=0x5c6240 m=0 mp=0x5c6ec0 [idle]:
runtime.futex(0x5c6ff8, 0x80, 0x0, 0x0, 0x0, 0x0)
	/usr/lib/go/src/runtime/sys_linux_amd64.s:557 +0x21 fp=0x7ffed0 sp=0x7ffec8 pc=0x46f461

goroutine 1 gp=0xc0000061c0 m=nil [chan receive]:
runtime.gopark(0x0?, 0x0?, 0x0?, 0x0?, 0x0?)
	/usr/lib/go/src/runtime/proc.go:402 +0xce fp=0xc000054de0 sp=0xc000054dc0 pc=0x43cb4e
main.main()
	/src/main.go:20 +0x1d fp=0xc000054f50 sp=0xc000054f18 pc=0x4f0ef0
runtime.main()
	/usr/lib/go/src/runtime/proc.go:271 +0x29d fp=0xc000054fe0 sp=0xc000054f50 pc=0x43c6fd
runtime.goexit({})
	/usr/lib/go/src/runtime/asm_amd64.s:1695 +0x1 fp=0xc000054fe8 sp=0xc000054fe0 pc=0x46d6a1

goroutine 2 gp=0xc000006c40 m=nil [force gc (idle)]:
runtime.gopark(0x0?, 0x0?, 0x0?, 0x0?, 0x0?)
	/usr/lib/go/src/runtime/proc.go:402 +0xce fp=0xc000044fa8 sp=0xc000044f88 pc=0x43cb4e
runtime.forcegchelper()
	/usr/lib/go/src/runtime/proc.go:326 +0xb3 fp=0xc000044fe0 sp=0xc000044fa8 pc=0x43c9b3
runtime.goexit({})
	/usr/lib/go/src/runtime/asm_amd64.s:1695 +0x1 fp=0xc000044fe8 sp=0xc000044fe0 pc=0x46d6a1
created by runtime.init.6 in goroutine 1
	/usr/lib/go/src/runtime/proc.go:314 +0x1a

rax    0xfffffffffffffffc
rip    0x404e6e
)");

  EXPECT_EQ(snapshot.origin.format, "sigquit");
  EXPECT_EQ(snapshot.origin.cause, Cause::signal);
  EXPECT_EQ(snapshot.origin.detail, Detail::runtime);
  EXPECT_EQ(snapshot.origin.goarch, "amd64");
  EXPECT_EQ(snapshot.origin.go_version, "go1.22");
  ASSERT_EQ(snapshot.goroutines.size(), 3U);
  EXPECT_TRUE(is_system(snapshot, 0));
  EXPECT_FALSE(is_system(snapshot, 1));
  EXPECT_TRUE(is_system(snapshot, 2));
  EXPECT_TRUE(snapshot.origin.complete);
}

TEST(TextDumpForms, OtherThreadsOfACrashAreOneSnapshot) {
  const Snapshot snapshot = read_one(R"(SIGQUIT: quit
PC=0x1 m=0 sigcode=0

goroutine 7 [running]:
	goroutine running on other thread; stack unavailable
created by main.main
	/src/main.go:12 +0x8a

-----

SIGQUIT: quit
PC=0x2 m=1 sigcode=0

goroutine 7 [running]:
main.spin()
	/src/main.go:30 +0x2
created by main.main
	/src/main.go:12 +0x8a
)");

  ASSERT_EQ(snapshot.goroutines.size(), 2U);
  EXPECT_TRUE(snapshot.goroutines[0].stack_cut);
  EXPECT_EQ(stack_of(snapshot, 1), "main.spin /src/main.go:30");
  EXPECT_FALSE(snapshot.origin.complete);
}

TEST(TextDumpForms, TheAssemblyFileTellsTheProcessor) {
  const Snapshot snapshot = read_one(R"(goroutine 1 [running]:
main.main()
	/src/main.go:30 +0x2
runtime.goexit()
	/usr/lib/go/src/runtime/asm_arm64.s:1172 +0x4
)");

  EXPECT_EQ(snapshot.origin.goarch, "arm64");
}

TEST(TextDumpForms, TheStackOfTheRuntimeIsNoGoroutine) {
  const Snapshot snapshot = read_one(R"(fatal error: stack overflow

runtime stack:
runtime.throw({0x4a3b05?, 0x0?})
	/usr/lib/go/src/runtime/panic.go:1047 +0x5d

goroutine 1 [running]:
main.f(0x1)
	/src/main.go:5 +0x3a
main.main()
	/src/main.go:9 +0x17
)");

  ASSERT_EQ(snapshot.goroutines.size(), 1U);
  EXPECT_EQ(stack_of(snapshot, 0), "main.f /src/main.go:5, main.main /src/main.go:9");
  EXPECT_EQ(snapshot.origin.cause, Cause::fatal);
}

TEST(TextDumpForms, ChainedPanicsAreOneCause) {
  const Snapshot snapshot = read_one(R"(panic: first [recovered]
	panic: second

goroutine 1 [running]:
panic({0x45e6c0?, 0xc000012345?})
	/usr/lib/go/src/runtime/panic.go:884 +0x213
main.main()
	/src/main.go:9 +0x17
exit status 2
)");

  EXPECT_EQ(snapshot.origin.cause_text, "panic: first [recovered]");
  EXPECT_EQ(snapshot.origin.format, "panic");
  EXPECT_TRUE(snapshot.goroutines.at(0).current);
}

TEST(TextDumpForms, EveryPreambleBeginsASnapshot) {
  const auto snapshots = read_text(R"(panic: one

goroutine 1 [running]:
main.main()
	/src/main.go:9 +0x17
panic: two

goroutine 1 [running]:
main.main()
	/src/main.go:9 +0x17
)");

  ASSERT_EQ(snapshots.size(), 2U);
  EXPECT_EQ(snapshots[1].origin.cause_text, "panic: two");
  EXPECT_EQ(snapshots[1].line, 6U);
}

TEST(TextDumpForms, APanicWithoutGoroutinesBelongsToTheDumpAfterIt) {
  const Snapshot snapshot = read_one(R"(panic: handled somewhere
SIGQUIT: quit
PC=0x1 m=0 sigcode=0

goroutine 1 [running]:
main.main()
	/src/main.go:9 +0x17
)");

  EXPECT_EQ(snapshot.origin.cause, Cause::signal);
}

TEST(TextDumpForms, TheSameGoroutineTwiceCountsTwice) {
  const Snapshot snapshot = read_one(R"(goroutine 5 [select]:
main.f()
	/src/main.go:9 +0x17
created by main.main
	/src/main.go:2 +0x1

goroutine 5 [select]:
main.f()
	/src/main.go:9 +0x17
created by main.main
	/src/main.go:2 +0x1
)");

  EXPECT_EQ(snapshot.goroutines.size(), 2U);
}

TEST(TextDumpForms, ATestTimeOutNamesItsTests) {
  const Snapshot snapshot = read_one(R"(=== RUN   TestX
panic: test timed out after 1s
running tests:
	TestX (1s)

goroutine 17 [running]:
testing.(*M).startAlarm.func1()
	/usr/lib/go/src/testing/testing.go:2259 +0x3b9
created by time.goFunc
	/usr/lib/go/src/time/sleep.go:176 +0x2d
)");

  EXPECT_EQ(snapshot.origin.format, "test-timeout");
  EXPECT_EQ(snapshot.origin.cause, Cause::test_timeout);
  EXPECT_EQ(snapshot.line, 2U);
}

TEST(TextDumpForms, AncestorsHaveStacksOfTheirOwn) {
  const Snapshot snapshot = read_one(R"(goroutine 24 [select]:
main.f(0xc0)
	/src/a.go:22 +0xd2
created by main.g in goroutine 21
	/src/a.go:17 +0x16
[originating from goroutine 21]:
main.g(...)
	/src/a.go:17 +0x16
main.h(...)
	/src/a.go:14 +0x9f
created by main.i
	/src/a.go:36 +0x3c
[originating from goroutine 1]:
main.i(...)
	/src/a.go:37 +0x3c
)");

  ASSERT_EQ(snapshot.ancestors.size(), 2U);
  EXPECT_EQ(snapshot.ancestors[0].id, 21);
  EXPECT_EQ(snapshot.ancestors[0].goroutine, 0U);
  EXPECT_EQ(stack_text(snapshot, snapshot.ancestors[0].stack),
            "main.g /src/a.go:17, main.h /src/a.go:14");
  EXPECT_EQ(stack_of(snapshot, 0), "main.f /src/a.go:22");
  EXPECT_EQ(snapshot.function(snapshot.goroutines[0].creator), "main.g");
  EXPECT_FALSE(snapshot.stacks[snapshot.stacks.frames(snapshot.ancestors[0].stack)[0]].inlined);
}

TEST(TextDumpForms, ElidedFramesKeepTheirPlaceAndNumber) {
  const Snapshot snapshot = read_one(R"(goroutine 1 [running]:
main.f(0x1)
	/src/a.go:2 +0x1
...23 frames elided...
main.main()
	/src/a.go:9 +0x1
)");

  const Stack stack = snapshot.stacks[snapshot.goroutines.at(0).stack];
  EXPECT_EQ(stack.elided, 23U);
  EXPECT_EQ(stack.elided_at, 1U);
  EXPECT_EQ(stack.size, 2U);
  EXPECT_EQ(snapshot.gaps.size(), 1U);
}

TEST(TextDumpForms, CFramesAreForeign) {
  const Snapshot snapshot = read_one(R"(goroutine 1 [syscall]:
do_wait
	/src/wait.c:12 pc=0x7f0011
non-Go function
	pc=0x7f0022
runtime.cgocall(0x401000, 0xc000040790)
	/usr/lib/go/src/runtime/cgocall.go:157 +0x5c
main.main()
	/src/a.go:9 +0x1
)");

  ASSERT_EQ(snapshot.goroutines.size(), 1U);
  const auto frames = snapshot.stacks.frames(snapshot.goroutines[0].stack);
  ASSERT_EQ(frames.size(), 4U);
  EXPECT_TRUE(snapshot.stacks[frames[0]].foreign);
  EXPECT_TRUE(snapshot.stacks[frames[1]].foreign);
  EXPECT_FALSE(snapshot.stacks[frames[2]].foreign);
}

TEST(TextDumpForms, GccgoPrintsNoArguments) {
  const Snapshot snapshot = read_one(R"(goroutine 1 [chan receive]:
main.wait
	/src/a.go:2
main.main
	/src/a.go:9
)");

  EXPECT_EQ(stack_of(snapshot, 0), "main.wait /src/a.go:2, main.main /src/a.go:9");
}

TEST(TextDumpForms, APanicServedByHttpIsASnapshot) {
  const Snapshot snapshot = read_one(R"(2024/01/02 03:04:05 http: panic serving 127.0.0.1:4: boom
goroutine 20 [running]:
net/http.(*conn).serve.func1()
	/usr/lib/go/src/net/http/server.go:1850 +0xbf
created by net/http.(*Server).Serve
	/usr/lib/go/src/net/http/server.go:3086 +0x5cb
)");

  EXPECT_EQ(snapshot.origin.cause, Cause::panic);
}

TEST(TextDumpForms, FinalizersOfTheProgramAreItsOwn) {
  const Snapshot snapshot = read_one(R"(goroutine 18 [finalizer wait]:
runtime.runfinq()
	/usr/lib/go/src/runtime/mfinal.go:194 +0x107
created by runtime.createfing
	/usr/lib/go/src/runtime/mfinal.go:164 +0x3d

goroutine 19 [chan send]:
main.(*File).close(0xc000010000)
	/src/a.go:4 +0x5
runtime.runfinq()
	/usr/lib/go/src/runtime/mfinal.go:194 +0x107
created by runtime.createfing
	/usr/lib/go/src/runtime/mfinal.go:164 +0x3d

goroutine 20 [coroutine]:
main.seq(0x1)
	/src/a.go:9 +0x5
runtime.corostart()
	/usr/lib/go/src/runtime/coro.go:77 +0x28
created by iter.Pull[...] in goroutine 1
	/usr/lib/go/src/iter/iter.go:50 +0x3d
)");

  EXPECT_TRUE(is_system(snapshot, 0));
  EXPECT_FALSE(is_system(snapshot, 1));
  EXPECT_FALSE(is_system(snapshot, 2));
}

TEST(TextDumpForms, LabelsBelongToTheirGoroutine) {
  const Snapshot snapshot = read_one(
      "goroutine 3 [select] {user: ann}:\nmain.f()\n\t/a.go:1 +0x1\ncreated by main.main\n");

  ASSERT_TRUE(snapshot.goroutines.at(0).labels);
  const LabelSet& set = snapshot.label_sets[snapshot.goroutines[0].labels.index()];
  ASSERT_EQ(set.labels.size(), 1U);
  EXPECT_EQ(snapshot.strings[set.labels[0].first], "user");
  EXPECT_EQ(snapshot.strings[set.labels[0].second], "ann");
}

TEST(TextDumpForms, DeadGoroutinesAreNotCounted) {
  const Snapshot snapshot = read_one(
      "goroutine 3 [dead]:\n\ngoroutine 4 [select]:\nmain.f()\n\t/a.go:1 +0x1\ncreated by "
      "main.g\n");

  ASSERT_EQ(snapshot.goroutines.size(), 1U);
  EXPECT_EQ(snapshot.goroutines[0].id, 4);
}

TEST(TextDumpForms, OldReleasesPrintRelativePathsAndCFiles) {
  const Snapshot snapshot = read_one(R"(goroutine 11 [running]:
selectgo(0x7fa272a5ef58)
        src/pkg/runtime/chan.c:1136 +0x2d8
main.func)"
                                     "\u00b7"
                                     R"(058()
        src/pkg/runtime/proc_test.go:146 +0xb4
runtime.goexit()
        src/pkg/runtime/proc.c:1405
created by main.TestX
        src/pkg/runtime/proc_test.go:152 +0xd1
)");

  EXPECT_EQ(stack_of(snapshot, 0),
            "selectgo src/pkg/runtime/chan.c:1136, main.func\u00b7"
            "058 src/pkg/runtime/proc_test.go:146, runtime.goexit src/pkg/runtime/proc.c:1405");
}

TEST(TextDumpForms, ACondensedDumpHasCountsAndNoIds) {
  const Snapshot snapshot = read_one(R"(Showing 39 unique goroutines out of 158 total:

48 goroutines [semacquire, 4 minutes]:
main.f(0xc208052500)
	/src/main.go:316 +0x86
created by main.main
	/src/main.go:319 +0xc7

22 goroutines [chan send, 4 minutes]:
main.g()
	/src/main.go:400 +0xa3
created by main.main
	/src/main.go:319 +0xc7
)");

  ASSERT_EQ(snapshot.goroutines.size(), 2u);
  EXPECT_EQ(snapshot.goroutines[0].count, 48u);
  EXPECT_EQ(snapshot.goroutines[0].id, Goroutine::kNoGoroutine);
  EXPECT_EQ(snapshot.goroutines[1].count, 22u);
  EXPECT_FALSE(snapshot.origin.complete);
}

}  // namespace
}  // namespace goknot::source
