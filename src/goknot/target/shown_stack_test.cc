// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/shown_stack.h"

#include "goknot/target/goroutine_list.h"
#include "tests/support/recorded_program.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace goknot::target {
namespace {

using testing_support::RecordedProgram;

class ShownStacksOfRecording : public testing::Test {
 protected:
  ShownStacksOfRecording() {
    batch_.read(code_, *read_goroutine_list(*program_.memory, program_.program.goroutines));
    specimen_ = *std::ranges::find(batch_.specimens(), 1,
                                   [](const Specimen& s) { return s.record.key.id; });
  }

  RecordedProgram program_{"go1.27"};
  Snapshot snapshot_;
  Code code_{*program_.memory, program_.program.layout, program_.program.tables, snapshot_};
  Batch batch_;
  Specimen specimen_;  // goroutine 1
  ShownStacks stacks_{snapshot_};
};

TEST_F(ShownStacksOfRecording, LeaveOutWhatIsInsideTheRuntime) {
  const std::size_t all = stacks_.of(specimen_, Shown::all).lines.size();
  const ShownStack usual = stacks_.of(specimen_, Shown::usual);

  EXPECT_LT(usual.lines.size(), all);
  EXPECT_EQ(snapshot_.stacks.frames(usual.id).size(), usual.lines.size());
}

TEST_F(ShownStacksOfRecording, SayAtWhichFrameEachActivationIsShown) {
  const ShownStack& stack = stacks_.of(specimen_, Shown::all);

  ASSERT_EQ(stack.depths.size(), specimen_.activations.size());
  EXPECT_EQ(stack.depths.back(), stack.lines.size() - 1);
  for (std::size_t i = 0; i < stack.depths.size(); ++i) {
    EXPECT_EQ(stack.lines[stack.depths[i]].activation, i);
  }
}

TEST_F(ShownStacksOfRecording, AreTheSameWithAndWithoutATrail) {
  ASSERT_NE(specimen_.trail, nullptr);
  const ShownStack with = stacks_.of(specimen_, Shown::usual);
  specimen_.trail = nullptr;

  const ShownStack& without = stacks_.of(specimen_, Shown::usual);

  EXPECT_EQ(without.id, with.id);
  EXPECT_EQ(without.depths, with.depths);
  EXPECT_EQ(without.wait_frame, with.wait_frame);
}

TEST_F(ShownStacksOfRecording, OfNothingIsEmpty) {
  const ShownStack& stack = stacks_.of(Specimen(), Shown::usual);

  EXPECT_TRUE(stack.lines.empty());
  EXPECT_TRUE(snapshot_.stacks.frames(stack.id).empty());
}

}  // namespace
}  // namespace goknot::target
