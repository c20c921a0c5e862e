// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/output.h"
#include "tests/support/sample_reports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::output {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string text_of(const Diagnosis& diagnosis) {
  StringSink sink;
  EXPECT_TRUE(find_output("markdown")->write(sample::report_of(diagnosis), {}, sink));
  return sink.text();
}

TEST(MarkdownOutput, HasVerdictTreeReasonsAndCulprits) {
  const std::string text = text_of(sample::hub());

  EXPECT_THAT(text, StartsWith("**DEADLOCK, likely\\.** 3,407 goroutines wait"));
  EXPECT_THAT(text, HasSubstr("\n```text\n  418  holds Hub.mu for reading"));
  EXPECT_THAT(text, HasSubstr("- **What to do**: Call RUnlock before pool\\.Schedule"));
  EXPECT_THAT(text, HasSubstr("| holds | 418 | "
                              "`github.com/example/cable/node.(*Hub).broadcastToStream` | "
                              "`hub.go:354` |"));
  EXPECT_THAT(text, HasSubstr("More: `goknot stack crash.log 418`"));
}

TEST(MarkdownOutput, OtherFindingsAreItems) {
  EXPECT_THAT(text_of(sample::many_findings()),
              HasSubstr("\nAlso:\n\n- leak, possible: 50 senders that nobody receives from\n"));
}

TEST(MarkdownOutput, NamesDoNotBecomeMarkup) {
  const std::string text = text_of(sample::hostile("<img src=x> @me #1 [a](b) *c*"));

  EXPECT_THAT(text, HasSubstr("&lt;img src=x&gt; \\@&#8203;me \\#&#8203;1 \\[a\\]\\(b\\) \\*c\\*"));
}

TEST(MarkdownOutput, ANameCannotEndItsCode) {
  const std::string text = text_of(sample::hostile("```` | x"));

  EXPECT_THAT(text, HasSubstr("\n`````text\n"));
  EXPECT_THAT(text, HasSubstr("````` ```` \\| x `````"));
}

TEST(MarkdownOutput, NothingInvisibleOrEndlessGetsThrough) {
  for (const std::string& name : sample::hostile_names()) {
    const std::string text = text_of(sample::hostile(name));

    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, Not(HasSubstr("\u202e")));
    EXPECT_LT(text.size(), 60000U) << name.substr(0, 40);
  }
}

TEST(MarkdownOutput, ManyOtherFindingsAreCounted) {
  Diagnosis diagnosis = sample::hub();
  diagnosis.findings.resize(1);
  for (int i = 0; i < 25; i++) diagnosis.findings.push_back(sample::leak().findings[0]);

  EXPECT_THAT(text_of(diagnosis), HasSubstr("\n- and 5 more\n"));
}

TEST(MarkdownOutput, ManyCulpritsAreCut) {
  Diagnosis diagnosis = sample::hub();
  diagnosis.findings[0].culprits.assign(50, {Role::waits, {"main.f", "/f.go", 3}, std::nullopt});
  const std::string text = text_of(diagnosis);

  std::size_t rows = 0;
  for (std::size_t at = 0; (at = text.find("| waits |  | `main.f` |", at)) != text.npos; at++)
    rows++;
  EXPECT_EQ(rows, 10U);
}

TEST(MarkdownOutput, AHealthyProgramHasAVerdictAndGapsOnly) {
  const std::string text = text_of(sample::healthy());

  EXPECT_THAT(text, StartsWith("**HEALTHY\\.** "));
  EXPECT_THAT(text, HasSubstr("\n2 gaps while reading, the first: goroutine 17"));
  EXPECT_THAT(text, Not(HasSubstr("```")));
}

TEST(MarkdownOutput, AnAnswerWithoutADiagnosisIsAnError) {
  StringSink sink;

  const auto done = find_output("markdown")->write(sample::list_report(), {}, sink);

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Kind::unsupported);
}

}  // namespace
}  // namespace goknot::output
