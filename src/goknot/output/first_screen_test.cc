// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/first_screen.h"

#include "goknot/base/text.h"
#include "goknot/output/output.h"
#include "tests/support/sample_reports.h"

#include <absl/strings/str_split.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace goknot::output {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string text_of(const Diagnosis& diagnosis, const OutputOptions& options = {}) {
  StringSink sink;
  EXPECT_TRUE(text_output.write(sample::report_of(diagnosis), options, sink));
  return sink.text();
}

std::vector<std::string> lines_of(const std::string& text) { return absl::StrSplit(text, '\n'); }

bool is_harmless(const std::string& text) {
  return std::ranges::all_of(
      text, [](char c) { return c == '\n' || (c != '\x7f' && (c < 0 || c >= ' ')); });
}

TEST(FirstScreen, SaysWhatWasReadThenTheVerdict) {
  const auto lines = lines_of(text_of(sample::hub()));

  EXPECT_EQ(lines[0],
            "crash.log · SIGQUIT dump, go1.17+ · 4,663 goroutines · 70,214 lines in 18 ms");
  EXPECT_EQ(lines[1], "");
  EXPECT_THAT(lines[2], StartsWith("DEADLOCK, likely. 3,407 goroutines wait"));
}

TEST(FirstScreen, TheSameFactsAreShownHoweverFastTheReadingWas) {
  Diagnosis diagnosis = sample::hub();
  for (int width = 60; width <= 100; width++) {
    const auto says_lines = [&](double seconds) {
      diagnosis.origin.read_seconds = seconds;
      return lines_of(text_of(diagnosis, {.width = width}))[0].contains("70,214 lines in ");
    };

    EXPECT_EQ(says_lines(0.0001), width >= 81) << width;
    EXPECT_EQ(says_lines(0.005), width >= 81) << width;
    EXPECT_EQ(says_lines(0.9), width >= 81) << width;
  }
}

TEST(FirstScreen, OfSeveralDumpsNoLinesAreCounted) {
  Diagnosis diagnosis = sample::hub();
  diagnosis.snapshots.resize(2);

  EXPECT_THAT(lines_of(text_of(diagnosis))[0], EndsWith("4,663 goroutines · 2 dumps"));
}

TEST(FirstScreen, ShowsTheKnotWithPlacesInColumns) {
  const std::string text = text_of(sample::hub());

  EXPECT_THAT(text, HasSubstr(R"(
  418  holds Hub.mu for reading                    node.(*Hub).broadcastToStream  hub.go:350
       waits to send on GoPool.work, 14 min        utils.(*GoPool).schedule       gopool.go:88
  ├ 13 wait to read-lock Hub.mu behind the writer  node.(*Hub).broadcastToStream  hub.go:355
  ├ 88 wait to write-lock Hub.mu until 418 leaves  node.(*Hub).Add                hub.go:281
  │ └ 820 wait to write-lock behind 88             node.(*Hub).Add                hub.go:281
  └ 2,572 wait to send to the hub, which is 418    node.(*Node).HandlePubSub      node.go:203
)"));
}

TEST(FirstScreen, EndsWithTheRestAndCommands) {
  const std::string text = text_of(sample::hub());

  EXPECT_THAT(text, HasSubstr("1,244 other goroutines are not part of it.\n"
                              "goknot stack crash.log 418 · goknot groups crash.log"));
}

TEST(FirstScreen, TakesAtMostTwentyFourLinesOnEightyColumns) {
  for (const Diagnosis& d : {sample::hub(), sample::leak(), sample::healthy(), sample::unknown()}) {
    const auto lines = first_screen(d, {.width = 80});

    EXPECT_LE(lines.size(), kFirstScreenLines);
    for (const std::string& line : lines) EXPECT_LE(width_of(line), 80U) << line;
  }
}

TEST(FirstScreen, AHealthyProgramIsSaidToBeOne) {
  const std::string text = text_of(sample::healthy());

  EXPECT_THAT(text, HasSubstr("HEALTHY. Nothing is stuck that should move.\n"));
  EXPECT_THAT(text, HasSubstr("Waiting as they should  20 × connection reader, 20 × idle writer"));
  EXPECT_THAT(text, HasSubstr("2 gaps (see --gaps), the first: goroutine 17"));
}

TEST(FirstScreen, ListsGapsOnRequest) {
  const std::string text = text_of(sample::healthy(), {.gaps = GapList::listed});

  EXPECT_THAT(text, HasSubstr("goroutine 18: it was running on another thread"));
}

TEST(FirstScreen, ALeakSaysWhatMemoryItKeeps) {
  Diagnosis diagnosis = sample::hub();
  diagnosis.findings[0].severity = Severity::leak;
  diagnosis.findings[0].held = Held{.goroutines = 50, .stacks = 100U << 10U, .heap = 9U << 10U};

  EXPECT_THAT(text_of(diagnosis),
              HasSubstr("  Memory      100 KB of stacks and 9.0 KB of heap that nothing else"));
}

TEST(FirstScreen, TheLittleThatADeadlockKeepsIsNotWorthALine) {
  Diagnosis diagnosis = sample::hub();
  diagnosis.findings[0].held = Held{.goroutines = 2, .stacks = 8192, .heap = 0};

  EXPECT_THAT(text_of(diagnosis), Not(HasSubstr("Memory")));
}

TEST(FirstScreen, OtherFindingsTakeOneLineEach) {
  const std::string text = text_of(sample::many_findings());

  EXPECT_THAT(text, HasSubstr("\n  leak, possible      50 senders that nobody receives from"));
  EXPECT_THAT(text, HasSubstr("… and 2 more, see -v"));
}

TEST(FirstScreen, VerboseShowsEveryFindingWhole) {
  const auto text = text_of(sample::many_findings(), {.verbosity = 1});

  EXPECT_THAT(text, HasSubstr("f16, info, possible."));
  EXPECT_THAT(text, Not(HasSubstr("see -v")));
}

TEST(FirstScreen, AFindingWithoutATreeShowsItsCulprits) {
  Diagnosis d = sample::hub();
  d.findings[0].tree.clear();

  EXPECT_THAT(text_of(d), HasSubstr("418  holds  node.(*Hub).broadcastToStream  hub.go:354"));
}

TEST(FirstScreen, ALongTargetGetsTwoLinesOfCommands) {
  Diagnosis d = sample::hub();
  d.origin.target = "/var/log/" + std::string(50, 'x') + "/crash.log";

  const auto lines = first_screen(d, {});

  EXPECT_THAT(lines[lines.size() - 2], StartsWith("goknot stack /var/log/"));
  EXPECT_THAT(lines.back(), StartsWith("goknot groups /var/log/"));
}

TEST(FirstScreen, AsciiIsAscii) {
  const std::string text = text_of(sample::hub(), {.charset = Charset::ascii});

  EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return c >= 0; }));
  EXPECT_THAT(text, HasSubstr("|- 88 wait"));
  EXPECT_THAT(text, HasSubstr("|  `- 820 wait"));
}

TEST(FirstScreen, ColourIsWrittenOnlyWhenAskedFor) {
  EXPECT_TRUE(is_harmless(text_of(sample::hub())));
  EXPECT_THAT(text_of(sample::hub(), {.color = Color::always}),
              HasSubstr("\x1b[1;31mDEADLOCK, likely.\x1b[0m"));
}

TEST(FirstScreen, HostileNamesReachTheTerminalEscapedAndBounded) {
  for (const std::string& name : sample::hostile_names()) {
    const std::string text = text_of(sample::hostile(name), {.width = 80});

    EXPECT_TRUE(is_harmless(text)) << name.substr(0, 40);
    EXPECT_LT(text.size(), 30000U) << name.substr(0, 40);
    EXPECT_EQ(text.find("\u202e"), std::string::npos);
  }
}

TEST(FirstScreen, ANameOfAMegabyteIsShortened) {
  const std::string text = text_of(sample::hostile(std::string(1 << 20, '\x1b')));

  EXPECT_LT(text.size(), 30000U);
}

TEST(FirstScreen, NarrowScreensAreTolerable) {
  for (const auto& line : first_screen(sample::hub(), {.width = 40})) {
    EXPECT_LE(width_of(line), 60U) << line;
  }
}

TEST(FirstScreen, AsManyFindingsAreShownWholeAsWereAskedFor) {
  const std::string text = text_of(sample::many_findings(), {.detailed_findings = 2});

  EXPECT_THAT(text, HasSubstr("\nf2, leak, possible. 50 senders that nobody receives from\n"));
  EXPECT_THAT(text, Not(HasSubstr("\nf3, ")));
}

TEST(FirstScreen, WhatIsNotWrongIsShownOnRequestOnly) {
  Diagnosis diagnosis = sample::leak();
  diagnosis.findings[0].severity = Severity::info;

  EXPECT_THAT(text_of(diagnosis), Not(HasSubstr("50 × ")));
  EXPECT_THAT(text_of(diagnosis, {.verbosity = 1}), HasSubstr("\n  50 ×  send, 2 to 14 min"));
}

TEST(FirstScreen, ATreeThatIsTooLongIsCutAndCounted) {
  Diagnosis diagnosis = sample::hub();
  diagnosis.findings[0].tree.front().behind.assign(
      40, Knot{"7", {{"waits", {"main.f", "f.go", 1}}}, {}});

  const auto lines = first_screen(diagnosis, {});

  EXPECT_LE(lines.size(), kFirstScreenLines);
  EXPECT_THAT(lines, testing::Contains(testing::MatchesRegex("  … and 3[0-9] more rows")));
  EXPECT_THAT(text_of(diagnosis, {.verbosity = 1}), Not(HasSubstr("more row")));
}

TEST(FirstScreen, OnlySoMuchIsListedOfWhatIsNotKnown) {
  Diagnosis diagnosis = sample::hub();
  diagnosis.findings[0].unknown = {"first", "second", "third", "fourth"};

  EXPECT_THAT(text_of(diagnosis),
              HasSubstr("  Not known   first\n              second (and 2 more, see -v)\n"));
  EXPECT_THAT(text_of(diagnosis, {.verbosity = 1}), HasSubstr("              fourth\n"));
}

TEST(FirstScreen, KindsOfHealthyGoroutinesAreCountedWhereThereAreMany) {
  Diagnosis diagnosis = sample::healthy();
  diagnosis.purposes.assign(11, {"worker", 1200});

  EXPECT_THAT(text_of(diagnosis), HasSubstr("1,200 × worker, and 3 more kinds\n"));
  EXPECT_THAT(text_of(diagnosis, {.verbosity = 1}), Not(HasSubstr("more kinds")));
}

TEST(FirstScreen, WhoRanUnseenIsSaidOfAProcessThatWasNotStopped) {
  Diagnosis diagnosis = sample::healthy();
  diagnosis.counts.by_status = {{"running", 1}};
  EXPECT_THAT(text_of(diagnosis), Not(HasSubstr("Not seen")));

  diagnosis.origin.kind = SourceKind::process;
  diagnosis.origin.stopped_seconds = 0;
  EXPECT_THAT(text_of(diagnosis),
              HasSubstr("1 goroutine was running: --pause-running shows its stack"));

  diagnosis.origin.stopped_seconds = 0.001;
  EXPECT_THAT(text_of(diagnosis), Not(HasSubstr("Not seen")));
}

TEST(FirstScreen, OneGapIsShownWhole) {
  EXPECT_THAT(text_of(sample::unknown()),
              HasSubstr("Not read    line 900122: the dump ends in the middle of a stack (may hide "
                        "29,689 goroutines)\n"));
}

TEST(FirstScreen, NothingAtAllIsAScreenTooWithoutEmptyPromises) {
  const std::string text = text_of(Diagnosis());

  EXPECT_THAT(text, HasSubstr("UNKNOWN."));
  EXPECT_THAT(text, Not(HasSubstr("What to do")));
}

}  // namespace
}  // namespace goknot::output
