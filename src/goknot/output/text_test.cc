// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/text.h"

#include "goknot/output/first_screen.h"
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

std::string text_of(const Report& report, const OutputOptions& options = {}) {
  StringSink sink;
  EXPECT_TRUE(text_output.write(report, options, sink));
  return sink.text();
}

std::string text_of(const Diagnosis& diagnosis, const OutputOptions& options = {}) {
  return text_of(sample::report_of(diagnosis), options);
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

TEST(TextOutput, TablesAlignAndSayDurationsInWords) {
  EXPECT_EQ(
      text_of(sample::list_report()),
      "  ID  STATE         FOR        WHERE                       STACK  LOCKED  LOAD  LABELS\n"
      " 308  sleep         3 h 4 min  node.(*Hub).Add hub.go:74  2.0 KB  no       0.5\n"
      "4310  chan receive                                           0 B  yes        2  "
      "a=\\x1b[1mb\n");
}

TEST(TextOutput, ATableIsNeverWiderThanItsRoom) {
  Report report = sample::list_report();
  std::get<Table>(report.sections[0]).rows[0][1] = std::string(500, 'x');

  for (const auto& line : lines_of(text_of(report, {.width = 80}))) {
    EXPECT_LE(width_of(line), 80U) << line;
  }
}

TEST(TextOutput, TreesParagraphsAndGraphsAreWritten) {
  Report report;
  report.sections = {Tree{"who waits", {{"1", {{"waits", {}}}, {{"2", {{"waits", {}}}, {}}}}}},
                     Paragraph{"p", {"one", "two\x1b"}},
                     Graph{"", {{"a", "first\nline"}, {"b", ""}}, {{"a", "b", "waits for"}}}};

  EXPECT_EQ(text_of(report),
            "who waits\n  1  waits\n  └ 2 waits\n\none\ntwo\\x1b\n\n  first line waits for b\n");
}

}  // namespace
}  // namespace goknot::output
