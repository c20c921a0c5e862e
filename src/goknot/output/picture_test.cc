// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/picture.h"

#include "tests/support/sample_reports.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace goknot::output {
namespace {

const Graph::Node* node_with(const Graph& graph, std::string_view text) {
  const auto found = std::ranges::find_if(graph.nodes, [text](const Graph::Node& node) {
    return node.label.find(text) != std::string::npos;
  });
  return found == graph.nodes.end() ? nullptr : &*found;
}

bool has_arrow(const Graph& graph, std::string_view from, std::string_view to,
               std::string_view label) {
  const Graph::Node* a = node_with(graph, from);
  const Graph::Node* b = node_with(graph, to);
  return a != nullptr && b != nullptr &&
         std::ranges::any_of(graph.arrows, [&](const Graph::Arrow& arrow) {
           return arrow.from == a->id && arrow.to == b->id && arrow.label == label;
         });
}

void expect_both_ends(const Graph& graph) {
  std::set<std::string> ids;
  for (const auto& node : graph.nodes) EXPECT_TRUE(ids.insert(node.id).second) << node.id;
  for (const auto& arrow : graph.arrows) {
    EXPECT_TRUE(ids.contains(arrow.from) && ids.contains(arrow.to));
  }
}

std::uint64_t goroutines_in(const Graph& graph) {
  std::uint64_t count = 0;
  for (const auto& node : graph.nodes) count += node.object ? 0 : node.count;
  return count;
}

// `victims` goroutines, each with a stack of its own, that wait for one of ten objects.
Graph crowd(std::size_t victims) {
  Graph graph;
  graph.nodes.push_back({"root", "goroutine 1", false, true, 1});
  for (std::size_t i = 0; i < 10; i++) {
    const std::string object = "o" + std::to_string(i);
    graph.nodes.push_back({object, "lock", true, false, 1});
    graph.arrows.push_back({object, "root", "held by"});
  }
  for (std::size_t i = 0; i < victims; i++) {
    const std::string node = "g" + std::to_string(i);
    graph.nodes.push_back({node, "goroutine " + node, false, false, 3});
    graph.arrows.push_back({node, "o" + std::to_string(i % 10), "waits: lock"});
  }
  return graph;
}

TEST(Picture, VictimsAreFoldedByStackAndCounted) {
  const Graph graph = graph_of(sample::hub());

  ASSERT_NE(node_with(graph, "(*Hub).Add"), nullptr);
  EXPECT_EQ(node_with(graph, "(*Hub).Add")->label, "908 goroutines\nnode.(*Hub).Add hub.go:281");
  EXPECT_EQ(node_with(graph, "(*Hub).Add")->count, 908U);
  EXPECT_TRUE(node_with(graph, "goroutine 418")->root);
  EXPECT_LT(graph.nodes.size(), 10U);
  expect_both_ends(graph);
}

TEST(Picture, ArrowsLeadFromTheWaiterOverTheObjectToItsHolder) {
  const Graph graph = graph_of(sample::hub());

  EXPECT_TRUE(has_arrow(graph, "(*Hub).Add", "Hub.mu", "waits: lock"));
  EXPECT_TRUE(has_arrow(graph, "Hub.mu", "goroutine 418", "read-held by (likely)"));
  EXPECT_TRUE(has_arrow(graph, "goroutine 418", "GoPool.work", "waits: send"));
}

TEST(Picture, AVictimWithoutAKnownObjectWaitsBehindTheRoot) {
  Diagnosis d = sample::hub();
  d.findings[0].victims = {3000};

  EXPECT_TRUE(has_arrow(graph_of(d), "main.serve", "goroutine 418", "waits behind"));
}

TEST(Picture, AFindingWithoutIdsIsDrawnFromItsTree) {
  Diagnosis d = sample::hub();
  d.findings[0].roots.clear();

  const Graph graph = graph_of(d);

  EXPECT_TRUE(has_arrow(graph, "820", "88", "wait to write-lock behind 88"));
  expect_both_ends(graph);
}

TEST(Picture, AHealthyProgramHasAnEmptyOne) {
  EXPECT_TRUE(graph_of(sample::healthy()).nodes.empty());
}

TEST(Picture, GoroutinesWithTheSameArrowsBecomeOne) {
  const Graph graph = folded(crowd(500), 60);

  EXPECT_EQ(graph.nodes.size(), 21U);
  EXPECT_EQ(goroutines_in(graph), 1501U);
  EXPECT_NE(node_with(graph, "150 goroutines\nin 50 places"), nullptr);
  expect_both_ends(graph);
}

TEST(Picture, NeverHasMoreNodesThanAskedForAndKeepsTheRoot) {
  for (const std::size_t most : {2U, 5U, 20U, 60U}) {
    const Graph graph = folded(crowd(500), most);

    EXPECT_LE(graph.nodes.size(), most);
    EXPECT_NE(node_with(graph, "goroutine 1"), nullptr);
    expect_both_ends(graph);
  }
}

TEST(Picture, ArrowsWithoutAnEndAreDropped) {
  const Graph graph = folded({"", {{"a", "a", false, false, 1}}, {{"a", "b", ""}}}, 60);

  EXPECT_TRUE(graph.arrows.empty());
}

}  // namespace
}  // namespace goknot::output
