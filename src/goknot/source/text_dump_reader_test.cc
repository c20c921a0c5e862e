// SPDX-License-Identifier: Apache-2.0
// The reader of a part of a text, and what can be joined to it.
#include "goknot/source/text_dump_reader.h"

#include "tests/support/snapshot_text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace goknot::source {
namespace {

using testing_support::snapshot_text;

std::string goroutine(int id, std::string_view function) {
  return "goroutine " + std::to_string(id) + " [select]:\n" + std::string(function) +
         "()\n\t/x.go:1 +0x1\ncreated by main.main in goroutine 1\n\t/x.go:9 +0x1\n\n";
}

// Two texts that follow each other, each with a reader of its own; and what both are.
struct Parts {
  Parts(const std::string& before, const std::string& behind)
      : text(before + behind),
        input{.name = "d", .bytes = text, .wrapped_in = {}},
        first(input),
        second(input, before.size()) {
    first.read_until(before.size());
    second.read_until(text.size());
  }

  std::string text;
  Input input;
  DumpReader first, second;
};

TEST(TextDumpReader, OfATextWithoutGoroutinesThereIsNothing) {
  for (const std::string_view text :
       {"", "hello\n", "goroutine\n", "main.main()\n\t/x.go:1 +0x1\n"}) {
    EXPECT_TRUE(DumpReader({.name = "d", .bytes = text, .wrapped_in = {}}).read().empty()) << text;
  }
}

TEST(TextDumpReader, PartsThatAreJoinedSayWhatTheWholeSays) {
  Parts parts(goroutine(7, "main.f"), goroutine(8, "main.g"));

  ASSERT_EQ(parts.first.join(parts.second), Joined::yes);

  const auto joined = parts.first.finish();
  const auto whole = DumpReader(parts.input).read();
  ASSERT_EQ(joined.size(), 1U);
  EXPECT_EQ(snapshot_text(joined[0]), snapshot_text(whole.at(0)));
}

TEST(TextDumpReader, APartWithAGoroutineAgainIsNotJoined) {
  Parts parts(goroutine(7, "main.f"), goroutine(7, "main.g"));

  EXPECT_EQ(parts.first.join(parts.second), Joined::no);
  EXPECT_EQ(parts.first.finish().at(0).goroutines.size(), 1U);
}

TEST(TextDumpReader, APartBehindAnAnnouncementIsNotJoined) {
  Parts parts(goroutine(7, "main.f") + "panic: again\n\n", goroutine(8, "main.g"));

  EXPECT_EQ(parts.first.join(parts.second), Joined::no);
}

TEST(TextDumpReader, APartInWhichADumpEndsIsNotJoined) {
  Parts parts(goroutine(7, "main.f"),
              goroutine(8, "main.g") + "SIGQUIT: quit\n\n" + goroutine(8, "main.h"));

  EXPECT_EQ(parts.first.join(parts.second), Joined::no);
}

TEST(TextDumpReader, APartWithoutGoroutinesIsNotJoined) {
  Parts parts("words\n", goroutine(8, "main.g"));

  EXPECT_EQ(parts.first.join(parts.second), Joined::no);
}

TEST(TextDumpReader, LinesAreCountedOverBothParts) {
  Parts parts(goroutine(7, "main.f"), goroutine(8, "main.g"));
  ASSERT_EQ(parts.first.join(parts.second), Joined::yes);

  const auto snapshots = parts.first.finish();

  ASSERT_EQ(snapshots.size(), 1U);
  EXPECT_EQ(snapshots[0].origin.lines, 12U);
  EXPECT_EQ(snapshots[0].goroutines[0].line, 1U);
  EXPECT_EQ(snapshots[0].goroutines[1].line, 7U);
}

TEST(TextDumpReader, FramesThatAreNotAsGoPrintsThemAreReadAllTheSame) {
  const std::string text =
      "goroutine 7 [select]:\nmain.f(0x1)\n\t/x.go:1 +0x1\nmain.g(0x1)\n    /x.go:2 +0x1\n"
      "main.h(0x1) \n\t/x.go:3\n";

  const auto snapshots = DumpReader({.name = "d", .bytes = text, .wrapped_in = {}}).read();

  ASSERT_EQ(snapshots.size(), 1U);
  EXPECT_EQ(testing_support::stack_text(snapshots[0], snapshots[0].goroutines[0].stack),
            "main.f /x.go:1 | main.g /x.go:2 | main.h /x.go:3");
}

TEST(TextDumpReader, TheLastLineNeedsNoEnd) {
  const std::string text = "goroutine 1 [select]:\nmain.main()\n\t/x.go:1 +0x1";

  const auto snapshots = DumpReader({.name = "d", .bytes = text, .wrapped_in = {}}).read();

  ASSERT_EQ(snapshots.size(), 1U);
  EXPECT_EQ(snapshots[0].stacks.frames(snapshots[0].goroutines[0].stack).size(), 1U);
}

}  // namespace
}  // namespace goknot::source
