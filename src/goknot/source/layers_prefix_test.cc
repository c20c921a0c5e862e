// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/layers_survey.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::source {
namespace {

// A text without the prefix of its lines; "no prefix" if it has none.
std::string without_prefix(std::string_view text) {
  const auto peeled = peel_prefix(survey(text));
  return peeled ? peeled->text : "no prefix";
}

// What the prefix before a header is called.
std::string name_of(const std::string& prefix) {
  const auto peeled =
      peel_prefix(survey(prefix + "goroutine 1 [running]:\n" + prefix + "main.f(0x1)\n"));
  return peeled ? peeled->name : "no prefix";
}

constexpr std::string_view kDump = "goroutine 1 [running]:\nmain.f(0x1)\n\t/x.go:1 +0x1\n";

TEST(LayersPrefix, KnownPrefixesAreNamed) {
  EXPECT_EQ(name_of("2026-01-02T03:04:05.123456789Z stderr F "), "cri");
  EXPECT_EQ(name_of("2026-01-02T03:04:05.123456789Z "), "docker");
  EXPECT_EQ(name_of("2026-01-02T03:04:05.123456Z "), "timestamp");
  EXPECT_EQ(name_of("[pod/a-1/web] "), "kubectl");
  EXPECT_EQ(name_of("<34>Nov 18 07:20:13 host app[812]: "), "syslog");
  EXPECT_EQ(name_of("Nov 18 07:20:13 host app[812]: "), "journald");
  EXPECT_EQ(name_of("web_1  | "), "compose");
  EXPECT_EQ(name_of("E0102 03:04:05.678901   12 file.go:7] "), "glog");
  EXPECT_EQ(name_of("> "), "markdown");
  EXPECT_EQ(name_of("anything: "), "prefix");
}

TEST(LayersPrefix, TimesNumbersAndLevelsMayChangeFromLineToLine) {
  EXPECT_EQ(without_prefix("2026-01-02 03:04:05.1 [ERROR] #9 goroutine 1 [running]:\n"
                           "2026-01-02 03:04:05.25 [WARN] #10 main.f(0x1)\n"
                           "2026-01-02 03:04:06 [info] #1234567 \t/x.go:1 +0x1\n"),
            kDump);
}

TEST(LayersPrefix, WordsMayNot) {
  EXPECT_EQ(without_prefix("web: goroutine 1 [running]:\nweb: main.f(0x1)\ndb: \t/x.go:1 +0x1\n"),
            "goroutine 1 [running]:\nmain.f(0x1)\ndb: \t/x.go:1 +0x1\n");
}

TEST(LayersPrefix, EmptyLinesMayHaveLostTheBlanksAtItsEnd) {
  EXPECT_EQ(without_prefix("web | goroutine 1 [running]:\nweb | main.f(0x1)\nweb |\nweb | x\n"),
            "goroutine 1 [running]:\nmain.f(0x1)\n\nx\n");
}

TEST(LayersPrefix, MoreBlanksThanOneAreTheTextsOwn) {
  EXPECT_EQ(without_prefix("web |   goroutine 1 [running]:\nweb |   main.f(0x1)\n"),
            "  goroutine 1 [running]:\n  main.f(0x1)\n");
}

TEST(LayersPrefix, ProcessesInBracketsAreKeptApart) {
  EXPECT_EQ(without_prefix("app[1]: goroutine 1 [running]:\napp[2]: goroutine 9 [running]:\n"
                           "app[1]: main.f(0x1)\napp[2]: main.g(0x1)\n"),
            "goroutine 1 [running]:\nmain.f(0x1)\ngoroutine 9 [running]:\nmain.g(0x1)\n");
}

TEST(LayersPrefix, OtherNumbersCountLines) {
  EXPECT_EQ(without_prefix("1: goroutine 1 [running]:\n2: main.f(0x1)\n3: \t/x.go:1 +0x1\n"),
            kDump);
}

TEST(LayersPrefix, AnotherPrefixIsLearnedWhereItFirstStandsBeforeAHeader) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "a: goroutine 1 [running]:\na: main.f(0x1)\n";
  const std::string wanted = without_prefix(text);

  EXPECT_EQ(without_prefix(text + "b| goroutine 2 [running]:\nb| main.g(0x1)\n"),
            wanted + "goroutine 2 [running]:\nmain.g(0x1)\n");
}

TEST(LayersPrefix, FramesAtTheMarginShowThatItIsNone) {
  EXPECT_EQ(without_prefix("panic in goroutine 1 [running]:\nmain.f(0x1)\n\t/x.go:1 +0x1\n"),
            "no prefix");
  EXPECT_EQ(without_prefix(kDump), "no prefix");
  EXPECT_EQ(without_prefix("  goroutine 1 [running]:\n  main.f(0x1)\n"), "no prefix");
}

TEST(LayersPrefix, AnEntryOfAnotherLayerIsNotPartOfIt) {
  EXPECT_EQ(without_prefix("web | {\"msg\":\"goroutine 1 [running]:\"}\n"
                           "web | {\"msg\":\"main.f(0x1)\"}\n"),
            "{\"msg\":\"goroutine 1 [running]:\"}\n{\"msg\":\"main.f(0x1)\"}\n");
  EXPECT_EQ(without_prefix("web | msg=\"goroutine 1 [running]:\"\nweb | msg=\"main.f(0x1)\"\n"),
            "msg=\"goroutine 1 [running]:\"\nmsg=\"main.f(0x1)\"\n");
}

TEST(LayersPrefix, APartOfALineWithoutTheRestIsAGap) {
  const auto peeled =
      peel_prefix(survey("2026-01-02T03:04:05Z stderr F goroutine 1 [running]:\n"
                         "2026-01-02T03:04:05Z stderr P main.f(\n"));

  ASSERT_TRUE(peeled.has_value());
  EXPECT_EQ(peeled->text, "goroutine 1 [running]:\nmain.f(\n");
  ASSERT_EQ(peeled->gaps.size(), 1U);
  EXPECT_EQ(peeled->gaps[0].what, "its other part is missing");
}

TEST(LayersPrefix, NothingLongerThanALineOfLogIsAPrefix) {
  EXPECT_EQ(name_of(std::string(500, 'x') + ": "), "prefix");
  EXPECT_EQ(name_of(std::string(600, 'x') + ": "), "no prefix");
}

TEST(LayersPrefix, OnlySoManyPrefixesAreLearned) {
  std::string text;
  std::string wanted;
  for (int i = 0; i < 100; ++i) {
    const std::string name(static_cast<std::size_t>(i) + 1, 'p');
    text += name + ": goroutine 1 [running]:\n" + name + ": main.f(0x1)\n";
    wanted += i < 64 ? "goroutine 1 [running]:\nmain.f(0x1)\n"
                     : name + ": goroutine 1 [running]:\n" + name + ": main.f(0x1)\n";
  }

  EXPECT_EQ(without_prefix(text).size(), wanted.size());
}

}  // namespace
}  // namespace goknot::source
