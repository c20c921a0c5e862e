// SPDX-License-Identifier: Apache-2.0
// What must hold of every format.
#include "goknot/source/format.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <string_view>

namespace goknot::source {
namespace {

TEST(Formats, EachHasANameOfItsOwnAndASummary) {
  std::set<std::string_view> names;
  for (const Format* format : formats()) {
    EXPECT_TRUE(names.insert(format->name).second) << format->name;
    EXPECT_FALSE(format->summary.empty()) << format->name;
  }
}

TEST(Formats, NothingAndOtherTextsAreRecognisedByNone) {
  for (const std::string_view text :
       {"", "\n", "hello, world\n", "goroutine", "{}", "<html></html>", "PK\x03\x04"}) {
    for (const Format* format : formats()) EXPECT_FALSE(format->sniff(text)) << format->name;
  }
}

TEST(Formats, ATextIsReadByTheOneThatRecognisesItFirst) {
  const auto first = [](std::string_view text) {
    for (const Format* format : formats()) {
      if (format->sniff(text)) return format->name;
    }
    return std::string_view("none");
  };

  EXPECT_EQ(first("goroutine 1 [running]:\nmain.main()\n\t/x.go:1 +0x1\n"), text_dump_format.name);
  EXPECT_EQ(first("goroutine profile: total 1\n1 @ 0x1 0x2\n"), debug1_format.name);
  EXPECT_EQ(first("* Goroutine 1 - User: ./x.go:1 main.main (0x1)\n[1 goroutines]\n"),
            delve_goroutines_format.name);
  EXPECT_EQ(first("2: select\n    main main.go:1 f()\n"), panicparse_format.name);
  EXPECT_EQ(first("goroutine 5 bt\n#0  main.f () at /x.go:1\n"), gdb_format.name);
  EXPECT_EQ(first("0  0x0000000000401000 in main.main\n   at ./x.go:1\n"), dlv_stack_format.name);
}

// Whatever the bytes are, reading ends, and what is read has rows that refer to what there is.
TEST(Formats, AnyBytesCanBeRead) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::string bytes(random() % 300, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    if (round % 2 == 0) bytes.insert(0, "goroutine 1 [running]:\nmain.f(");

    for (const Format* format : formats()) {
      const auto snapshots = format->read({.name = "x", .bytes = bytes, .wrapped_in = {}});
      if (!snapshots) continue;
      for (const Snapshot& snapshot : *snapshots) {
        for (const Goroutine& g : snapshot.goroutines) {
          EXPECT_TRUE(!g.stack || g.stack.index() < snapshot.stacks.size()) << format->name;
          EXPECT_LT(g.status.index(), snapshot.strings.size()) << format->name;
        }
      }
    }
  }
}

}  // namespace
}  // namespace goknot::source
