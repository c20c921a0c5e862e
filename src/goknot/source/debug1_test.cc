// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/format.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::source {
namespace {

constexpr std::string_view kTwoGroups =
    "goroutine profile: total 28\n"
    "25 @ 0x42f62f 0x40502b 0xe7435b 0x45cc41\n"
    "# labels: {\"job\":\"import\", \"odd key\":\"a \\\"b\\\"\"}\n"
    "#\t0xe7435a\texample.com/store.start.func1+0x18a\t/src/store/proxy.go:318\n"
    "\n"
    "3 @ 0x46128e 0x42b845 0x13a8205 0x13a823f 0x13e29d3 0x494c01\n"
    "#\t0x13a8204\texample.com/enode.(*Mix).next+0x204\t\t/src/enode/iter.go:243\n"
    "#\t0x13a823e\texample.com/enode.(*Mix).Next+0x23e\t\t/src/enode/iter.go:230\n"
    "#\t0x13e29d2\texample.com/dial.(*Dialer).read[...]+0x132\t/src/dial/dial.go:335\n"
    "\n";

Result<std::vector<Snapshot>> read(std::string_view text) {
  return debug1_format.read({.name = "x", .bytes = text, .wrapped_in = {}});
}

Snapshot read_one(std::string_view text) {
  auto snapshots = read(text);
  EXPECT_TRUE(snapshots.has_value());
  if (!snapshots) return {};
  EXPECT_EQ(snapshots->size(), 1u);
  return std::move(snapshots->front());
}

// "main.f main.go:3 | main.main main.go:9", inlined ones with "~".
std::string stack_of(const Snapshot& s, std::size_t row) {
  std::string text;
  for (const FrameId id : s.stacks.frames(s.goroutines[row].stack)) {
    if (!text.empty()) text += " | ";
    const Frame& frame = s.stacks[id];
    text += std::string(frame.inlined ? "~" : "") + std::string(s.function(id)) + " " +
            std::string(s.file(id)) + ":" + std::to_string(frame.line);
  }
  return text;
}

TEST(Debug1, EveryGroupIsARowWithItsCount) {
  const Snapshot s = read_one(kTwoGroups);

  ASSERT_EQ(s.goroutines.size(), 2u);
  EXPECT_EQ(s.goroutines[0].count, 25u);
  EXPECT_EQ(s.goroutines[1].count, 3u);
  EXPECT_EQ(s.goroutines[0].id, Goroutine::kNoGoroutine);
  EXPECT_EQ(s.goroutines[1].line, 6u);
  EXPECT_EQ(s.strings[s.goroutines[0].status], "");
  EXPECT_EQ(stack_of(s, 0), "example.com/store.start.func1 /src/store/proxy.go:318");
  EXPECT_EQ(s.origin.format, "debug1");
  EXPECT_EQ(s.origin.declared_total, 28u);
  EXPECT_TRUE(s.origin.complete);
  EXPECT_TRUE(s.gaps.empty());
}

TEST(Debug1, MarksOfMarkdownAroundTheTextSayNothing) {
  std::string text(kTwoGroups);
  text.resize(text.size() - 2);
  const Snapshot s = read_one("**" + text + "**\n");

  EXPECT_EQ(s.origin.declared_total, 28u);
  ASSERT_EQ(s.goroutines.size(), 2u);
  EXPECT_EQ(stack_of(s, 1).substr(stack_of(s, 1).rfind(' ')), " /src/dial/dial.go:335");
}

TEST(Debug1, RowsBelowOneFunctionEntryAreInlinedIntoTheOutermost) {
  const Snapshot s = read_one(kTwoGroups);

  EXPECT_EQ(stack_of(s, 1),
            "~example.com/enode.(*Mix).next /src/enode/iter.go:243 | "
            "example.com/enode.(*Mix).Next /src/enode/iter.go:230 | "
            "example.com/dial.(*Dialer).read[...] /src/dial/dial.go:335");
}

TEST(Debug1, LabelsAreReadUnquoted) {
  const Snapshot s = read_one(kTwoGroups);

  ASSERT_TRUE(s.goroutines[0].labels);
  const LabelSet& set = s.label_sets[s.goroutines[0].labels.index()];
  ASSERT_EQ(set.labels.size(), 2u);
  EXPECT_EQ(s.strings[set.labels[0].second], "import");
  EXPECT_EQ(s.strings[set.labels[1].first], "odd key");
  EXPECT_EQ(s.strings[set.labels[1].second], "a \"b\"");
  EXPECT_FALSE(s.goroutines[1].labels);
}

TEST(Debug1, GoroutinesThatAreNotShownAreAGapAndNotInvented) {
  const Snapshot s = read_one(
      "goroutine profile: total 126\r\n25 @ 0x42f62f 0xe7435b 0x45cc41\r\n"
      "\t0xe7435a\tstore.start+0x18a\t/src/proxy.go:318\r\n");

  EXPECT_EQ(s.goroutine_count(), 25u);
  EXPECT_FALSE(s.origin.complete);
  ASSERT_EQ(s.gaps.size(), 1u);
  EXPECT_EQ(s.gaps[0].what, "the profile says 126 goroutines, 25 are shown");
  EXPECT_EQ(stack_of(s, 0), "store.start /src/proxy.go:318");
}

TEST(Debug1, LostHashesBlanksForTabsAndWindowsPathsAreRead) {
  const Snapshot s = read_one(
      "some debris\n  goroutine profile: total 1\n  1 @ 0x10 0x21 0x31 0x40\n"
      "  #   0x20   main.(*T).f+0x8     C:/my files/x.go:7\n"
      "      0x30   main.g+0x0   D:/x.go:8\n");

  EXPECT_EQ(stack_of(s, 0), "main.(*T).f C:/my files/x.go:7 | main.g D:/x.go:8");
  EXPECT_TRUE(s.origin.complete);
}

TEST(Debug1, FramesWithoutSymbolsAreNamedByTheirAddress) {
  const Snapshot s = read_one(
      "goroutine profile: total 3\n2 @ 0x10 0x21 0x31\n#\t0xf\n#\t0x20\n#\t0x30\n\n1 @ 0x51 "
      "0x52\n");

  EXPECT_EQ(stack_of(s, 0), "0xf :0 | 0x20 :0 | 0x30 :0");
  EXPECT_EQ(stack_of(s, 1), "0x51 :0 | 0x52 :0");
  EXPECT_TRUE(s.goroutines[1].stack_cut);
}

TEST(Debug1, AGoroutineThatHasJustBegunHasNoRows) {
  const Snapshot s = read_one(
      "goroutine profile: total 2\n1 @ 0x10 0x21 0x31\n#\t0x20\tmain.f+0x1\t/x.go:1\n\n1 @ "
      "0x31\n\n");

  EXPECT_EQ(stack_of(s, 1), "");
  EXPECT_FALSE(s.goroutines[1].system);
  EXPECT_TRUE(s.origin.complete);
}

TEST(Debug1, AStackThatEndsEarlyIsMarked) {
  const Snapshot s = read_one(
      "goroutine profile: total 2\n1 @ 0x10 0x21 0x31 0x41 0x50\n#\t0x20\tmain.f+0x1\t/x.go:1\n\n"
      "1 @ 0x10 0x21 0x31 0x40\n#\t0x20\tmain.f+0x1\t/x.go:1\n#\t0x30\tmain.g+0x");

  EXPECT_TRUE(s.goroutines[0].stack_cut);
  EXPECT_TRUE(s.goroutines[1].stack_cut);
  EXPECT_FALSE(s.origin.complete);
  EXPECT_EQ(s.gaps.size(), 2u);
}

TEST(Debug1, SeveralProfilesAreSeveralSnapshots) {
  const auto snapshots = read(
      "goroutine profile: total 1\n1 @ 0x1\n#\t0x0\tmain.f+0x0\t/x.go:1\n\n"
      "threadcreate profile: total 9\n9 @ 0x7\n\n"
      "goroutine profile: total 2\n2 @ 0x1\n#\t0x0\tmain.f+0x0\t/x.go:1\n\n");

  ASSERT_TRUE(snapshots.has_value());
  ASSERT_EQ(snapshots->size(), 2u);
  EXPECT_EQ((*snapshots)[0].goroutine_count(), 1u);
  EXPECT_EQ((*snapshots)[1].goroutine_count(), 2u);
  EXPECT_EQ((*snapshots)[1].line, 8u);
}

TEST(Debug1, TheLeakProfileMarksItsGoroutines) {
  const Snapshot s =
      read_one("goroutineleak profile: total 1\n1 @ 0x1\n#\t0x0\tmain.f+0x0\t/x.go:1\n\n");

  EXPECT_TRUE(s.goroutines[0].leaked);
  EXPECT_EQ(s.origin.go_version, "go1.26");
}

TEST(Debug1, OnlyRuntimeFramesMeanASystemGoroutineUnlessItIsMain) {
  const Snapshot s = read_one(
      "goroutine profile: total 3\n1 @ 0x1 0x9\n#\t0x0\truntime.bgsweep+0x0\t/p.go:1\n\n"
      "1 @ 0x1 0x3 0x9\n#\t0x0\truntime.gopark+0x0\t/p.go:1\n#\t0x2\truntime.main+0x0\t/p.go:1\n\n"
      "1 @ 0x1 0x3 0x9\n#\t0x0\truntime.gopark+0x0\t/p.go:1\n#\t0x2\tmain.f+0x0\t/p.go:1\n\n");

  EXPECT_TRUE(s.goroutines[0].system);
  EXPECT_FALSE(s.goroutines[1].system);
  EXPECT_FALSE(s.goroutines[2].system);
}

TEST(Debug1, ProfilesOfOtherThingsAreNamed) {
  for (const auto& [text, name] : {std::pair{"threadcreate profile: total 5\n5 @ 0x1\n", "threads"},
                                   std::pair{"heap profile: 1: 2 [3: 4] @ heap/8\n", "heap"},
                                   std::pair{"--- mutex:\ncycles/second=1\n", "mutex"}}) {
    EXPECT_TRUE(debug1_format.sniff(text));
    const auto snapshots = read(text);
    ASSERT_FALSE(snapshots.has_value());
    EXPECT_EQ(snapshots.error().kind, Kind::unsupported);
    EXPECT_TRUE(snapshots.error().message.contains(name)) << snapshots.error().message;
  }
}

TEST(Debug1, ItIsRecognisedWithAndWithoutItsHeader) {
  EXPECT_TRUE(debug1_format.sniff(kTwoGroups));
  EXPECT_TRUE(debug1_format.sniff("goroutine profile: total 0\n"));
  EXPECT_TRUE(debug1_format.sniff(kTwoGroups.substr(kTwoGroups.find('\n') + 1)));
  EXPECT_FALSE(debug1_format.sniff("goroutine 1 [running]:\nmain.f()\n\t/x.go:1 +0x1\n"));
  EXPECT_FALSE(debug1_format.sniff("3 @ home\n4 @ work\n"));
  EXPECT_FALSE(debug1_format.sniff(""));
}

TEST(Debug1, ATextCutAnywhereNeverShowsMore) {
  for (std::size_t size = 0; size < kTwoGroups.size(); size++) {
    const auto snapshots = read(kTwoGroups.substr(0, size));
    if (!snapshots) continue;
    ASSERT_EQ(snapshots->size(), 1u);
    const Snapshot& s = snapshots->front();
    EXPECT_LE(s.goroutine_count(), 28u);
    const bool seen = size > 28 && size < kTwoGroups.size() - 4;  // whole total to last line number
    EXPECT_TRUE(!seen || !s.origin.complete) << size;
  }
}

TEST(Debug1, AbsurdCountsAreCappedAndSaid) {
  const Snapshot s = read_one("9999999999999 @ 0x1\n#\t0x0\tmain.f+0x0\t/x.go:1\n0 @ 0x7\n");

  ASSERT_EQ(s.goroutines.size(), 1u);
  EXPECT_EQ(s.goroutines[0].count, 0xffffffffu);
  EXPECT_EQ(s.gaps.size(), 1u);
}

}  // namespace
}  // namespace goknot::source
