// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/dot.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::output {
namespace {

Graph::Node node(const std::string& id, const std::string& label) {
  Graph::Node made;
  made.id = id;
  made.label = label;
  return made;
}

Graph::Arrow arrow(const std::string& from, const std::string& to) {
  Graph::Arrow made;
  made.from = from;
  made.to = to;
  return made;
}

TEST(Dot, NodesHaveNamesOfOurOwn) {
  Graph graph;
  graph.nodes = {node("a; evil", "one"), node("b", "two")};
  graph.arrows = {arrow("a; evil", "b")};

  const std::string text = dot_text(graph);

  EXPECT_TRUE(text.contains("n0 -> n1")) << text;
  EXPECT_FALSE(text.contains("evil")) << text;
}

TEST(Dot, NothingInALabelIsObeyed) {
  Graph graph;
  graph.nodes = {node("a", R"(x" ]; evil [label="\N&lt;)")};

  const std::string text = dot_text(graph);

  EXPECT_TRUE(text.contains(R"(x\" ]; evil [label=\"\\N&amp;lt;)")) << text;
}

TEST(Dot, AnArrowToNobodyIsLeftOut) {
  Graph graph;
  graph.nodes = {node("a", "one")};
  graph.arrows = {arrow("a", "b"), arrow("b", "a")};

  EXPECT_FALSE(dot_text(graph).contains("->"));
}

TEST(Dot, ANodeThatIsThereTwiceIsDrawnOnce) {
  Graph graph;
  graph.nodes = {node("a", "one"), node("a", "two")};

  EXPECT_FALSE(dot_text(graph).contains("n1"));
}

TEST(Dot, LongLabelsAreShortened) {
  Graph graph;
  graph.nodes = {node("a", std::string(1 << 20, 'x'))};

  EXPECT_LT(dot_text(graph).size(), 1000U);
}

TEST(Dot, AGraphOfNobodySaysSo) { EXPECT_TRUE(dot_text({}).contains("nobody waits")); }

}  // namespace
}  // namespace goknot::output
