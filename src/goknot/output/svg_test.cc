// SPDX-License-Identifier: Apache-2.0
// DOT and SVG, held against Graphviz itself.
#include "goknot/output/dot.h"
#include "goknot/output/graphviz.h"
#include "goknot/output/output.h"
#include "tests/support/outside_program.h"
#include "tests/support/sample_reports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::output {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string text_of(std::string_view output, const Report& report) {
  StringSink sink;
  const auto done = find_output(output)->write(report, {}, sink);
  EXPECT_TRUE(done) << done.error().message;
  return sink.text();
}

// A picture may hold groups, shapes and text, nothing that acts or loads.
const char* const kCheckSvg = R"(
import sys, xml.etree.ElementTree as tree
allowed = {"svg", "g", "title", "text", "path", "polygon", "polyline", "ellipse"}
for node in tree.parse(sys.argv[1]).iter():
    name = node.tag.split("}")[1]
    if name not in allowed: sys.exit("element " + name)
    for key in node.attrib:
        if key.lower().startswith("on") or "href" in key: sys.exit("attribute " + key)
)";

class SvgOutput : public testing::Test {
 protected:
  void SetUp() override {
    if (!sample::find_program({"dot"})) GTEST_SKIP() << "needs Graphviz";
  }
};

TEST(DotOutput, QuotesWhateverStandsInNames) {
  const std::string dot = text_of("dot", sample::report_of(sample::hostile(R"("]; evil ["\N)")));

  EXPECT_THAT(dot, HasSubstr(R"(\"]; evil [\"\\N)"));
  EXPECT_THAT(dot, Not(HasSubstr("\"]; evil [\"\\N\"")));
}

TEST(DotOutput, AnAnswerWithoutAGraphIsAnError) {
  StringSink sink;

  const auto done = find_output("dot")->write(sample::list_report(), {}, sink);

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Kind::unsupported);
}

TEST_F(SvgOutput, OfTheHubShowsItsRootAndVictims) {
  const std::string svg = text_of("svg", sample::report_of(sample::hub()));

  EXPECT_THAT(svg, HasSubstr("goroutine 418"));
  EXPECT_THAT(svg, HasSubstr("908 goroutines"));
}

TEST_F(SvgOutput, OfHostileNamesHasOnlyShapesAndText) {
  const auto python = sample::find_program({"python3"});
  if (!python) GTEST_SKIP() << "needs python3";
  const sample::TemporaryFolder folder;
  for (const std::string& name : sample::hostile_names()) {
    const std::string svg = text_of("svg", sample::report_of(sample::hostile(name)));
    const auto file = folder.file("picture.svg", svg);

    const auto ended = sample::run_program({*python, "-c", kCheckSvg, file});

    EXPECT_EQ(ended.status, 0) << ended.text;
    EXPECT_LT(svg.size(), 100000U);
  }
}

TEST_F(SvgOutput, ThatIsNoGraphIsAnError) {
  const auto svg = draw_svg("this is not a graph");

  ASSERT_FALSE(svg);
  EXPECT_EQ(svg.error().kind, Kind::unsupported);
}

TEST_F(SvgOutput, ThatTakesTooLongIsGivenUp) {
  std::string dot = "digraph g {";
  for (int i = 0; i < 4000; i++) {
    dot += "n" + std::to_string(i % 211) + "->n" + std::to_string(i * 7919 % 997) + ";";
  }

  const auto svg = draw_svg(dot + "}", {.time = std::chrono::seconds(1)});

  ASSERT_FALSE(svg);
  EXPECT_EQ(svg.error().kind, Kind::unsupported);
}

TEST_F(SvgOutput, MayNotTakeMoreMemoryThanItsLimit) {
  const auto svg = draw_svg("digraph { a -> b }", {.memory = std::size_t{1} << 20});

  ASSERT_FALSE(svg);
  EXPECT_EQ(svg.error().kind, Kind::unsupported);
}

TEST_F(SvgOutput, MayNotWriteMoreThanItsLimit) {
  const auto svg = draw_svg("digraph { a -> b }", {.output = 100});

  ASSERT_FALSE(svg);
}

}  // namespace
}  // namespace goknot::output
