// SPDX-License-Identifier: Apache-2.0
// Dumps that were cut or changed: nothing crashes, nothing is invented, and a cut is said.
#include "goknot/source/format.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::source {
namespace {

constexpr std::string_view kDump = R"(SIGQUIT: quit
PC=0x404e6e m=0 sigcode=0

goroutine 0 gp=0x5c6240 m=0 mp=0x5c6ec0 [idle]:
runtime.futex(0x5c6ff8, 0x80, 0x0, 0x0, 0x0, 0x0)
	/usr/lib/go/src/runtime/sys_linux_amd64.s:557 +0x21 fp=0x7ffed0 sp=0x7ffec8 pc=0x46f461

goroutine 1 gp=0xc0000061c0 m=nil [chan receive (nil chan), 4 minutes]:
runtime.gopark(0x0?, 0x0?, 0x0?, 0x0?, 0x0?)
	/usr/lib/go/src/runtime/proc.go:402 +0xce fp=0xc000054de0 sp=0xc000054dc0 pc=0x43cb4e
main.main()
	/src/main.go:20 +0x1d fp=0xc000054f50 sp=0xc000054f18 pc=0x4f0ef0
...12 frames elided...
runtime.goexit({})
	/usr/lib/go/src/runtime/asm_amd64.s:1695 +0x1 fp=0xc000054fe8 sp=0xc000054fe0 pc=0x46d6a1

goroutine 18 gp=0xc000006c40 m=nil [sync.Mutex.Lock, 2 minutes, locked to thread] {user: "a b"}:
sync.(*Mutex).Lock(...)
	/usr/lib/go/src/sync/mutex.go:90
main.(*Hub).Add(0xc000105e00, {0x1, 0x2?})
	/src/hub.go:34 +0x45 fp=0xc000105fe0 sp=0xc000105f00 pc=0x4b1000
created by main.main in goroutine 1
	/src/main.go:12 +0x8a
[originating from goroutine 1]:
main.main(...)
	/src/main.go:12 +0x8a

goroutine 19 gp=0xc000006e00 m=nil [select]:
main.(*Hub).Run(0xc000105e00)
	/src/hub.go:50 +0x45 fp=0xc000107fe0 sp=0xc000107f00 pc=0x4b1100
created by main.main in goroutine 1
	/src/main.go:13 +0x9a
)";

std::vector<Snapshot> read(std::string_view text) {
  // A buffer of exactly the size, so that a sanitizer sees every step beyond the end.
  const auto exact = std::make_unique<char[]>(text.size());
  std::copy(text.begin(), text.end(), exact.get());
  auto snapshots = text_dump_format.read(
      {.name = "dump.txt", .bytes = {exact.get(), text.size()}, .wrapped_in = {}});
  if (!snapshots) return {};
  for (Snapshot& snapshot : *snapshots) snapshot.text = {};
  return std::move(*snapshots);
}

std::size_t goroutines_in(const std::vector<Snapshot>& snapshots) {
  std::size_t sum = 0;
  for (const Snapshot& snapshot : snapshots) sum += snapshot.goroutines.size();
  return sum;
}

// Whether the text could end here: a cut there cannot be seen.
bool ends_like_a_goroutine(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  const std::string_view last = text.substr(text.rfind('\n') + 1);
  return last.empty() || last.starts_with("\t/src/main.go:1");
}

TEST(TextDumpDamage, ALogLineMayStandAnywhereInAStack) {
  const auto whole = read(kDump);

  for (std::size_t at = 0; (at = kDump.find('\n', at)) != std::string_view::npos; ++at) {
    std::string text(kDump);
    text.insert(at + 1, "2026/01/02 03:04:05 served GET / in 3ms\n");
    const auto snapshots = read(text);
    ASSERT_EQ(snapshots.size(), 1U) << text;
    const Snapshot& snapshot = snapshots[0];
    ASSERT_EQ(snapshot.goroutines.size(), whole[0].goroutines.size()) << text;
    for (std::size_t i = 0; i < snapshot.goroutines.size(); ++i) {
      const Goroutine& mine = snapshot.goroutines[i];
      const Goroutine& other = whole[0].goroutines[i];
      EXPECT_EQ(mine.stack, other.stack) << text;
      EXPECT_EQ(mine.creator, other.creator) << text;
    }
  }
}

TEST(TextDumpDamage, AClosureOfMainIsNotTheEndOfAStack) {
  const auto snapshots = read(R"(goroutine 5 [chan send]:
main.walk()
	/src/main.go:20 +0x1d
main.main.func1()
	/src/main.go:33 +0x3a

main.(*Pool).Go.func1()
	/src/pool.go:22 +0x25
)");

  ASSERT_EQ(snapshots.size(), 1U);
  EXPECT_EQ(snapshots[0].stacks.frames(snapshots[0].goroutines[0].stack).size(), 3U);
}

TEST(TextDumpDamage, ACutDumpNeverHasMoreGoroutines) {
  std::size_t before = 0;

  for (std::size_t size = 0; size <= kDump.size(); ++size) {
    const std::size_t found = goroutines_in(read(kDump.substr(0, size)));
    EXPECT_GE(found, before) << "at byte " << size;
    before = found;
  }

  EXPECT_EQ(before, 4U);
}

TEST(TextDumpDamage, ACutInsideAStackIsAGap) {
  const std::size_t first = kDump.find("goroutine 18") + 2;

  for (std::size_t size = first; size <= kDump.size(); ++size) {
    const std::string_view text = kDump.substr(0, size);
    if (ends_like_a_goroutine(text)) continue;
    const auto snapshots = read(text);
    ASSERT_EQ(snapshots.size(), 1U) << "at byte " << size;
    const auto is_cut = [](const Gap& gap) { return gap.what.contains("in the middle of"); };
    EXPECT_TRUE(std::ranges::any_of(snapshots[0].gaps, is_cut))
        << "at byte " << size << ": " << text.substr(text.size() - 20);
  }
}

TEST(TextDumpDamage, ChangedBytesInventNoGoroutines) {
  for (const char change : {'\0', '\n', ' ', ')', '(', ':', '[', '\x80', '9'}) {
    for (std::size_t at = 0; at < kDump.size(); ++at) {
      std::string text(kDump);
      text[at] = change;
      EXPECT_LE(goroutines_in(read(text)), 4U) << "byte " << at;
    }
  }
}

TEST(TextDumpDamage, EveryFrameHasItsArgumentSpan) {
  for (std::size_t at = 0; at < kDump.size(); ++at) {
    std::string text(kDump);
    text[at] = static_cast<char>(text[at] ^ 1);
    for (const Snapshot& snapshot : read(text)) {
      std::size_t frames = 0;
      for (const Goroutine& g : snapshot.goroutines) {
        frames += snapshot.stacks.frames(g.stack).size();
      }
      EXPECT_EQ(frames, snapshot.arguments.size()) << "byte " << at;
    }
  }
}

TEST(TextDumpDamage, ManySmallDumpsHaveALimit) {
  std::string text;
  for (int i = 0; i < 6000; ++i) text += "panic: x\n\ngoroutine 1 [running]:\nmain.main()\n\n";

  const auto snapshots = read(text);

  EXPECT_LE(snapshots.size(), 4096U);
  EXPECT_EQ(goroutines_in(snapshots), 6000U);
}

TEST(TextDumpDamage, OneEndlessNameIsNoFrame) {
  const std::string name(1 << 20, 'a');

  const auto snapshots =
      read("goroutine 1 [running]:\nmain." + name + "(0x1)\n\t/" + name + ".go:1 +0x1\n");

  ASSERT_EQ(snapshots.size(), 1U);
  EXPECT_EQ(snapshots[0].arguments.size(), 0U);
}

}  // namespace
}  // namespace goknot::source
