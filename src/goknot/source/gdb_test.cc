// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/format.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::source {
namespace {

Result<std::vector<Snapshot>> read(std::string_view text) {
  return gdb_format.read({.name = "x", .bytes = text, .wrapped_in = {}});
}

Snapshot read_one(std::string_view text) {
  auto snapshots = read(text);
  EXPECT_TRUE(snapshots.has_value() && snapshots->size() == 1);
  return snapshots ? std::move(snapshots->front()) : Snapshot();
}

// "8 syscall: runtime.notetsleepg:0 | ~main.f:12", inlined ones with "~".
std::string row_of(const Snapshot& s, std::size_t row) {
  const Goroutine& g = s.goroutines[row];
  std::string text = std::to_string(g.id) + " " + std::string(s.strings[g.status]) + ":";
  for (const FrameId id : s.stacks.frames(g.stack)) {
    text += std::string(s.stacks[id].inlined ? " ~" : " ") + std::string(s.function(id)) + ":" +
            std::to_string(s.stacks[id].line);
  }
  return text;
}

constexpr std::string_view kSession = R"((gdb) info goroutines
  1 waiting  runtime.gopark
* 8 syscall  runtime.notetsleepg
(gdb) goroutine 1 bt
#0  runtime.gopark (unlockf={void (struct runtime.g *)} 0xc421871b30, reason="semacquire", traceEv=25 '\031')
    at /go/src/runtime/proc.go:275
#1  0x000000000043db74 in sync.runtime_SemacquireMutex (addr=0xc4204d1f1c) at /go/src/runtime/sema.go:62
#2  0x000000000043db99 in sync.(*Mutex).Lock (m=<optimized out>) at /go/src/sync/mutex.go:46
#3  main.(*Hub).Drop (h=<optimized out>, ~r0=false) at /src/hub.go:50
#4  0x0000000000000000 in ?? ()
)";

TEST(Gdb, StacksBelongToTheGoroutineOfTheCommand) {
  const Snapshot s = read_one(kSession);

  ASSERT_EQ(s.goroutines.size(), 2u);
  EXPECT_EQ(row_of(s, 0),
            "1 semacquire: runtime.gopark:275 sync.runtime_SemacquireMutex:62 "
            "~sync.(*Mutex).Lock:46 main.(*Hub).Drop:50");
  EXPECT_EQ(row_of(s, 1), "8 syscall: runtime.notetsleepg:0");
  EXPECT_EQ(s.goroutines[1].state, State::syscall);
  EXPECT_TRUE(s.goroutines[1].stack_cut);
  EXPECT_FALSE(s.origin.complete);
}

constexpr std::string_view kAll = R"((gdb) goroutine all bt
#0  runtime.gopark (reason=<optimized out>) at /go/src/runtime/proc.go:474
#1  0x000000000049e8f5 in main.main () at /src/main.go:62
No such goroutine:  6
#0  runtime.gopark (reason=<optimized out>) at /go/src/runtime/proc.go:474
#1  0x000000000049e8f5 in main.work (c=0xfffffffffffffe00) at /src/main.go:22
)";

TEST(Gdb, StacksOfAllAreInTheOrderOfTheList) {
  const Snapshot s =
      read_one("  1 waiting  runtime.gopark\n  5 waiting  runtime.gopark\n" + std::string(kAll));

  ASSERT_EQ(s.goroutines.size(), 2u);
  EXPECT_EQ(row_of(s, 0), "1 waiting: runtime.gopark:474 main.main:62");
  EXPECT_EQ(row_of(s, 1), "5 waiting: runtime.gopark:474 main.work:22");
}

TEST(Gdb, StacksOfAllHaveNoIdsWhereTheListDoesNotFit) {
  for (const std::string_view list : {"", "  1 waiting  runtime.gopark\n",
                                      "  1 waiting  runtime.gopark\n  5 syscall  main.read\n"}) {
    const Snapshot s = read_one(std::string(list) + std::string(kAll));

    ASSERT_EQ(s.goroutines.size(), 2u) << list;
    EXPECT_EQ(s.goroutines[1].id, Goroutine::kNoGoroutine) << list;
  }
}

TEST(Gdb, StacksOfThreadsAreNobodys) {
  const Snapshot s = read_one(std::string(kSession) + R"((gdb) thread apply all bt
Thread 2 (LWP 12):
#0  runtime.futex () at /go/src/runtime/sys_linux_amd64.s:576
)");

  EXPECT_EQ(s.goroutines.size(), 2u);
}

TEST(Gdb, AListThatWasCutIsAGap) {
  const Snapshot s = read_one("  1 waiting  runtime.gopark\n  5 waiting  runtime.gopark\nQuit\n");

  EXPECT_EQ(s.origin.detail, Detail::listing);
  ASSERT_GE(s.gaps.size(), 2u);
  EXPECT_EQ(s.gaps[1].what, "it was cut short");
}

TEST(Gdb, OtherTextsAreNotIt) {
  for (const std::string_view text :
       {"1 waiting for.you\n", "(gdb) bt\n#0  main () at x.c:1\n", "#0 fixed. goroutine 7 bt\n",
        "2 running a long line\n3 running b.c d\n"}) {
    EXPECT_FALSE(gdb_format.sniff(text)) << text;
  }
  EXPECT_TRUE(gdb_format.sniff(kSession));
  EXPECT_TRUE(gdb_format.sniff(kAll));
}

TEST(Gdb, ATextWithoutGoroutinesIsAnErrorThatSaysWhatWasSought) {
  const auto snapshots = read("(gdb) bt\n#0  main () at x.c:1\n");

  ASSERT_FALSE(snapshots.has_value());
  EXPECT_NE(snapshots.error().message.find("gdb"), std::string::npos);
}

}  // namespace
}  // namespace goknot::source
