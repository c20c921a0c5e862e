// SPDX-License-Identifier: Apache-2.0
#include "goknot/model/snapshot.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace goknot {
namespace {

Frame frame_at(std::uint32_t line) {
  Frame frame;
  frame.function = StringId(3);
  frame.line = line;
  return frame;
}

std::vector<FrameId> frames_from(std::size_t first, std::size_t count) {
  std::vector<FrameId> frames;
  for (std::size_t i = 0; i < count; ++i) frames.emplace_back(first + i);
  return frames;
}

TEST(Stacks, EqualFramesAreOneRow) {
  Stacks stacks;

  const FrameId first = stacks.add(frame_at(7));
  const FrameId second = stacks.add(frame_at(7));
  const FrameId other = stacks.add(frame_at(8));

  EXPECT_EQ(first, second);
  EXPECT_NE(first, other);
}

TEST(Stacks, EqualStacksAreOneRowHoweverManyThereAre) {
  Stacks stacks;
  std::vector<StackId> numbers;
  for (std::size_t i = 0; i < 1000; ++i) numbers.push_back(stacks.add(frames_from(i, 1 + i % 5)));

  for (std::size_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(stacks.add(frames_from(i, 1 + i % 5)), numbers[i]);
    EXPECT_TRUE(std::ranges::equal(stacks.frames(numbers[i]), frames_from(i, 1 + i % 5)));
  }
  EXPECT_EQ(stacks.size(), 1000U);
}

TEST(Stacks, WhatIsLeftOutTellsStacksApart) {
  Stacks stacks;
  const auto frames = frames_from(0, 3);

  const StackId whole = stacks.add(frames);
  const StackId elided = stacks.add(frames, 1, 12);

  EXPECT_NE(whole, elided);
  EXPECT_EQ(stacks[elided].elided, 12U);
  EXPECT_EQ(stacks[elided].elided_at, 1U);
}

TEST(Stacks, TheEmptyStackIsARowToo) {
  Stacks stacks;

  EXPECT_EQ(stacks.add(std::vector<FrameId>()), stacks.add(std::vector<FrameId>()));
  EXPECT_TRUE(stacks.frames(StackId(0)).empty());
}

}  // namespace
}  // namespace goknot
