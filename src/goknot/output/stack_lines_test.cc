// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/stack_lines.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::output {
namespace {

GroupView group_of(std::initializer_list<const char*> functions) {
  GroupView group;
  group.id = "s1";
  group.count = 1820;
  for (const char* function : functions) {
    group.frames.push_back({.function = function, .file = "/src/x.go", .line = 7});
  }
  return group;
}

std::string drawn(const GroupView& group, StackDetail detail) {
  OutputOptions options;
  options.color = Color::never;
  return group_text(group, Pen(options), {.width = 100, .detail = detail});
}

TEST(StackLines, TheHeadTellsHowManyAndForHowLong) {
  GroupView group = group_of({"main.f"});
  group.status = "chan send";
  group.wait_minutes = {0, 14};

  const std::string text = drawn(group, StackDetail::whole);

  EXPECT_TRUE(text.contains("1,820")) << text;
  EXPECT_TRUE(text.contains("to 14 min")) << text;
}

TEST(StackLines, TheShortFormBeginsWhereTheUsersCodeCallsALibrary) {
  const auto group =
      group_of({"runtime.gopark", "sync.(*Mutex).Lock", "main.f", "main.g", "main.h"});

  const std::string text = drawn(group, StackDetail::top);

  EXPECT_FALSE(text.contains("gopark")) << text;
  EXPECT_TRUE(text.contains("main.f")) << text;
  EXPECT_TRUE(drawn(group, StackDetail::whole).contains("gopark"));
}

TEST(StackLines, OfManyGoroutinesOnlyTheFirstAreListed) {
  GroupView group = group_of({"main.f"});
  for (std::int64_t id = 1; id <= 1820; ++id) group.goroutines.push_back(id);

  const std::string text = drawn(group, StackDetail::whole);

  EXPECT_TRUE(text.contains("1790 more")) << text;
}

TEST(StackLines, AGroupWithoutFramesIsDrawnAllTheSame) {
  EXPECT_TRUE(drawn(group_of({}), StackDetail::top).starts_with("s1"));
}

}  // namespace
}  // namespace goknot::output
