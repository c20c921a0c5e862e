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

}  // namespace
}  // namespace goknot::output
