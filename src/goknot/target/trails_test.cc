// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/trails.h"

#include "goknot/target/batch.h"
#include "goknot/target/goroutine_list.h"
#include "tests/support/recorded_program.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace goknot::target {
namespace {

using testing_support::RecordedProgram;

constexpr Address kElsewhere = 0x7000;  // how far another stack lies from the one that was copied

// A parked goroutine of a recording, with a copy of its stack.
class TrailsOver : public testing::TestWithParam<const char*> {
 protected:
  TrailsOver() {
    const auto list = *read_goroutine_list(*program_.memory, program_.program.goroutines);
    Batch batch;
    batch.read(code_, list);
    const auto main =
        std::ranges::find(batch.specimens(), 1, [](const Specimen& s) { return s.record.key.id; });
    start_ = main->record.start();
    bytes_.assign(main->stack.bytes.begin(), main->stack.bytes.end());
  }
  Copy stack() const { return {start_.sp, bytes_}; }
  // Changes a word that the walk over the stack goes by.
  void change(std::size_t word) {
    unwind(view_, stack(), start_, expected_);
    bytes_[expected_.words[word].at - start_.sp] ^= std::byte{1};
  }
  void expect_same_walk() {
    unwind(view_, stack(), start_, expected_);
    EXPECT_EQ(walked_.end, expected_.end);
    ASSERT_EQ(walked_.activations.size(), expected_.activations.size());
    for (std::size_t i = 0; i < expected_.activations.size(); ++i) {
      const Activation &is = walked_.activations[i], &should = expected_.activations[i];
      EXPECT_TRUE(is.pc == should.pc && is.sp == should.sp && is.variables == should.variables &&
                  is.arguments == should.arguments)
          << i;
    }
  }

  RecordedProgram program_{GetParam()};
  Snapshot snapshot_;
  Code code_{*program_.memory, program_.program.layout, program_.program.tables, snapshot_};
  CodeView view_{code_};
  Trails trails_{code_};
  Start start_;
  std::vector<std::byte> bytes_;
  Unwound walked_, expected_;
};

INSTANTIATE_TEST_SUITE_P(Releases, TrailsOver,
                         testing::Values("go1.13", "go1.17", "go1.21", "go1.27"));

TEST_P(TrailsOver, AreThoseThatAWalkTakes) {
  EXPECT_NE(trails_.walk(stack(), start_, walked_), nullptr);

  expect_same_walk();
}

TEST_P(TrailsOver, LeadOverAllStacksThatLookAlikeWhereverTheyAre) {
  const Trail* first = trails_.walk(stack(), start_, walked_);
  start_.sp += kElsewhere;

  const Trail* second = trails_.walk(stack(), start_, walked_);

  EXPECT_EQ(first, second);
  expect_same_walk();
}

TEST_P(TrailsOver, AreNotTakenWhereAWordOnTheWayDiffers) {
  trails_.walk(stack(), start_, walked_);
  change(0);

  trails_.walk(stack(), start_, walked_);

  expect_same_walk();
}

TEST_P(TrailsOver, AreNotTakenWhereTheStackEndsBefore) {
  trails_.walk(stack(), start_, walked_);
  bytes_.resize(bytes_.size() / 2);

  EXPECT_EQ(trails_.walk(stack(), start_, walked_), nullptr);

  expect_same_walk();
}

TEST_P(TrailsOver, AreNotKeptForRegisters) {
  start_.lookup = Lookup::exact;

  EXPECT_EQ(trails_.walk(stack(), start_, walked_), nullptr);

  expect_same_walk();
}

}  // namespace
}  // namespace goknot::target
