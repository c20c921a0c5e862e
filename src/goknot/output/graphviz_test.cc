// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/graphviz.h"

#include "tests/support/outside_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cerrno>
#include <string>

namespace goknot::output {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Graphviz : public testing::Test {
 protected:
  void SetUp() override {
    if (!sample::find_program({"dot"})) GTEST_SKIP() << "needs Graphviz";
  }
  // Whatever became of it, the child is gone.
  void TearDown() override {
    EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
  }

  // What kind of error a graph gives.
  static std::string error_of(std::string_view dot, const GraphvizLimits& limits = {}) {
    const auto picture = draw_svg(dot, limits);
    if (picture) return "none";
    EXPECT_EQ(picture.error().kind, Kind::unsupported);
    EXPECT_THAT(picture.error().hint, HasSubstr("--format dot"));
    return picture.error().message;
  }
};

TEST_F(Graphviz, AGraphBecomesAPicture) {
  const auto picture = draw_svg("digraph { a -> b }");

  ASSERT_TRUE(picture) << picture.error().message;
  EXPECT_THAT(*picture, StartsWith("<?xml"));
  EXPECT_THAT(*picture, HasSubstr("</svg>"));
}

TEST_F(Graphviz, AGraphLargerThanAPipeIsReadToItsEnd) {
  std::string graph = "digraph { nodesep=0; ";
  for (int i = 0; i < 300; i++) graph += "/* " + std::string(1000, 'x') + " */ n; ";

  const auto picture = draw_svg(graph + "last }");

  ASSERT_TRUE(picture) << picture.error().message;
  EXPECT_THAT(*picture, HasSubstr("<title>last</title>"));
}

TEST_F(Graphviz, WhatIsNoGraphIsGivenUp) {
  EXPECT_EQ(error_of(""), "dot: Graphviz gave up on this graph");
  EXPECT_EQ(error_of("digraph {"), "dot: Graphviz gave up on this graph");
  EXPECT_EQ(error_of("x" + std::string(1 << 20, ';')), "dot: Graphviz gave up on this graph");
}

TEST_F(Graphviz, ALongPictureNeedsTooMuchRoom) {
  EXPECT_EQ(error_of("digraph { a -> b }", {.output = 100}),
            "dot: the picture needs too much room");
}

TEST_F(Graphviz, AChildThatNeedsTooMuchMemoryIsGivenUp) {
  EXPECT_EQ(error_of("digraph { a -> b }", {.memory = 1 << 20}),
            "dot: Graphviz gave up on this graph");
}

TEST_F(Graphviz, WithoutAnyTimeThereIsNoPicture) {
  EXPECT_EQ(error_of("digraph { a -> b }", {.time = std::chrono::seconds(0)}),
            "dot: the picture needs too much time");
}

}  // namespace
}  // namespace goknot::output
