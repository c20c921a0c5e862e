// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/text_dump_parts.h"

#include "goknot/source/text_dump_reader.h"
#include "tests/support/snapshot_text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace goknot::source {
namespace {

using testing_support::snapshot_text;

std::vector<std::string> texts_of(const std::vector<Snapshot>& snapshots) {
  std::vector<std::string> texts;
  for (const Snapshot& snapshot : snapshots) texts.push_back(snapshot_text(snapshot));
  return texts;
}

// Whether a text says the same however many parts it is read in.
void expect_same_in_parts(std::string_view text) {
  const Input input{.name = "dump.txt", .bytes = text, .wrapped_in = {}};
  const std::vector<std::string> whole = texts_of(DumpReader(input).read());

  for (std::size_t parts = 1; parts <= 9; ++parts) {
    EXPECT_EQ(texts_of(read_in_parts(input, {.parts = parts, .smallest = 1})), whole)
        << parts << " parts of\n"
        << text;
  }
}

constexpr std::string_view kDump = R"(goroutine 1 [running]:
main.main()
	/src/main.go:20 +0x1d

goroutine 6 [chan receive, 5 minutes]:
main.(*Hub).run(0xc000012345, {0x1, 0x2})
	/src/hub.go:12 +0x1d
created by main.main in goroutine 1
	/src/main.go:9 +0x9f

goroutine 7 [select, locked to thread] {user: "a b", k: v}:
main.(*Hub).add(0xc000012345)
	/src/hub.go:40 +0x1f
...12 frames elided...
main.(*Hub).run(0xc000012345, {0x1, 0x2})
	/src/hub.go:12 +0x1d
created by main.main in goroutine 1
	/src/main.go:9 +0x9f

goroutine 8 [sync.Mutex.Lock]:
sync.(*Mutex).Lock(...)
	/usr/local/go1.26.1/src/sync/mutex.go:90
main.(*Hub).add(0xc000012346)
	/src/hub.go:41 +0x1f
created by main.main in goroutine 1
	/src/main.go:9 +0x9f
[originating from goroutine 1]:
main.main(...)
	/src/main.go:9 +0x9f

goroutine 9 [chan send {k: v}:
goroutine 10 [running]:
	goroutine running on other thread; stack unavailable
created by main.main in goroutine 1
	/src/main.go:9 +0x9f

goroutine 11 [runnable] {user: "a b"}:
main.(*Hub).run(0xc000012347, {0x1, 0x2})
	/src/hub.go:12 +0x1d
created by main.main in goroutine 1
	/src/main.go:9 +0x9f

)";

TEST(TextDumpParts, ADumpSaysTheSameInParts) {
  expect_same_in_parts(kDump);
  expect_same_in_parts("fatal error: all goroutines are asleep - deadlock!\n\n" +
                       std::string(kDump));
  expect_same_in_parts("SIGQUIT: quit\nPC=0x1\n\n" + std::string(kDump) + "\nrax    0x1\n");
}

TEST(TextDumpParts, ACutDumpSaysTheSameInParts) {
  for (std::size_t size = kDump.size() - 200; size < kDump.size(); ++size) {
    expect_same_in_parts(kDump.substr(0, size));
  }
}

TEST(TextDumpParts, SeveralDumpsAreToldApart) {
  const std::string dump(kDump);

  expect_same_in_parts("panic: boom\n\n" + dump + "panic: again\n\n" + dump);
  // Ids return with other stacks, or with the same.
  std::string moved = dump;
  moved.replace(moved.find("hub.go:12"), 9, "hub.go:13");
  expect_same_in_parts(dump + moved);
  expect_same_in_parts(dump + dump);
}

TEST(TextDumpParts, ThreadsOfACrashAreOneDump) {
  std::string moved(kDump);
  moved.replace(moved.find("hub.go:12"), 9, "hub.go:13");

  expect_same_in_parts("SIGQUIT: quit\n\n" + std::string(kDump) + "\n-----\n\nSIGQUIT: quit\n\n" +
                       moved);
}

TEST(TextDumpParts, WhatStandsBetweenDumpsStaysWhereItIs) {
  const std::string dump(kDump);

  expect_same_in_parts(dump + "[stacks omitted]\n\n" + dump.substr(dump.find("goroutine 6")));
  expect_same_in_parts(
      "==================\nWARNING: DATA RACE\nRead at 0x1 by goroutine 7:\n"
      "  main.f()\n      /src/x.go:12 +0x1d\n\n" +
      dump);
  expect_same_in_parts(
      "found unexpected goroutines:\n[Goroutine 6 in state select, with main.f on "
      "top of the stack:\n" +
      dump);
}

}  // namespace
}  // namespace goknot::source
