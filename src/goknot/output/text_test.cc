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

}  // namespace
}  // namespace goknot::output
