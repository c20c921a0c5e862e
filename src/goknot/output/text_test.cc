// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/text.h"

#include "goknot/output/output.h"
#include "tests/support/sample_reports.h"

#include <absl/strings/str_split.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace goknot::output {
namespace {

std::string text_of(const Report& report, const OutputOptions& options = {}) {
  StringSink sink;
  EXPECT_TRUE(text_output.write(report, options, sink));
  return sink.text();
}

std::vector<std::string> lines_of(const std::string& text) { return absl::StrSplit(text, '\n'); }

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

TEST(TextOutput, SectionsArePartedByALine) {
  Report report;
  report.sections = {Paragraph{"a", {"one"}}, Paragraph{"b", {}}, Paragraph{"c", {"two"}}};

  EXPECT_EQ(text_of(report), "one\n\n\ntwo\n");
}

TEST(TextOutput, GroupsShowTheirWholeStacksOnRequest) {
  GroupView group;
  group.id = "s1";
  group.count = 3;
  group.status = "select";
  group.frames = {{"net/http.(*conn).serve", "/go/server.go", 7}, {"main.f", "/src/f.go", 3}};
  Report report;
  report.sections = {GroupList{"three", {group}}};

  const std::string text = text_of(report);
  EXPECT_TRUE(text.starts_with("three\n")) << text;
  EXPECT_NE(text.find("main.f"), std::string::npos);
  EXPECT_GE(lines_of(text_of(report, {.verbosity = 1})).size(), lines_of(text).size());
}

TEST(TextOutput, GoroutinesArePartedByALine) {
  Snapshot snapshot;
  snapshot.goroutines.resize(2);
  snapshot.goroutines[0].id = 7;
  snapshot.goroutines[1].id = 9;
  Report report;
  report.sections = {GoroutineList{.snapshot = &snapshot, .rows = {1, 0}}};

  EXPECT_EQ(text_of(report), "goroutine 9 · status not told\n\ngoroutine 7 · status not told\n");
}

TEST(TextOutput, WhoStopsReadingEndsTheWriting) {
  class Closed : public Sink {
    Result<Unit> write(std::string_view) override { return fail(Kind::interrupted, "closed"); }
  } sink;

  const auto done = text_output.write(sample::report_of(sample::hub()), {}, sink);

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Kind::interrupted);
}

}  // namespace
}  // namespace goknot::output
