// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/mark.h"

#include "goknot/target/snapshot_reader.h"
#include "tests/support/recorded_program.h"

#include <gtest/gtest.h>

#include <numeric>

namespace goknot::target {
namespace {

using testing_support::RecordedProgram;

class MarkTest : public testing::TestWithParam<const char*> {
 protected:
  std::vector<std::uint32_t> moved() const {
    std::vector<std::uint32_t> rows(reading_.marks.size());
    std::iota(rows.begin(), rows.end(), 0U);
    return moved_since(*program_.memory, program_.program.layout, reading_.marks, rows);
  }
  Address field(std::size_t row, std::int32_t offset) const {
    return reading_.marks[row].goroutine + static_cast<Address>(offset);
  }
  const Layout& layout() const { return program_.program.layout; }

  RecordedProgram program_{GetParam()};
  Reading reading_ = *read_snapshot(*program_.memory, program_.program);
};

INSTANTIATE_TEST_SUITE_P(Releases, MarkTest, testing::Values("go1.16", "go1.27"));

TEST_P(MarkTest, NothingMovesInARecording) { EXPECT_TRUE(moved().empty()); }

TEST_P(MarkTest, AnotherStateIsAMove) {
  program_.memory->put(field(1, layout().g.atomicstatus), std::uint32_t{1});

  EXPECT_EQ(moved(), std::vector<std::uint32_t>{1});
}

TEST_P(MarkTest, WhatTheCollectorNotesInTheStateIsNone) {
  program_.memory->byte(field(1, layout().g.atomicstatus) + 1) |= std::byte{0x10};

  EXPECT_TRUE(moved().empty());
}

TEST_P(MarkTest, OtherWordsOnTopOfTheStackAreAMoveWhereNothingIsCounted) {
  const auto sp = program_.memory->read<Address>(field(1, layout().g.sched_sp));
  program_.memory->byte(*sp + 16) ^= std::byte{1};

  EXPECT_EQ(moved().size(), layout().g.tracking_seq == kAbsent ? 1U : 0U);
}

TEST_P(MarkTest, WhoCannotBeReadAnyMoreCountsAsMoved) {
  program_.memory->lose(field(1, 0), field(1, 8));

  EXPECT_EQ(moved(), std::vector<std::uint32_t>{1});
}

}  // namespace
}  // namespace goknot::target
