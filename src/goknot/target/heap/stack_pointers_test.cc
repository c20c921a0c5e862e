// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/stack_pointers.h"

#include "goknot/target/snapshot_reader.h"
#include "tests/support/recorded_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::RecordedProgram;

TEST(StackPointers, AreKnownOfAllWhoAreParked) {
  const RecordedProgram recorded{"go1.27"};
  const Reading reading =
      *read_snapshot(*recorded.memory, recorded.program, {.noted = Noted::pointers});
  const Snapshot& snapshot = reading.series.snapshots.front();
  for (std::uint32_t row = 0; row < snapshot.goroutines.size(); ++row) {
    const auto pointers = reading.pointers.of(row);
    EXPECT_EQ(pointers.has_value(), snapshot.goroutines[row].state == State::waiting);
    EXPECT_THAT(pointers.value_or(std::span<const Address>()), testing::Each(testing::Gt(0xffffU)));
  }
}

TEST(StackPointers, FollowTheirRowsIntoAnotherOrder) {
  const RecordedProgram recorded{"go1.27"};
  Reading reading = *read_snapshot(*recorded.memory, recorded.program, {.noted = Noted::pointers});
  const auto before = reading.pointers.of(1).value();
  const std::uint32_t order[] = {1, 0};
  reading.pointers.reorder(order);
  EXPECT_THAT(reading.pointers.of(0).value(), testing::ElementsAreArray(before));
  EXPECT_FALSE(reading.pointers.of(2));
}

TEST(StackPointers, AreNotNotedUnlessAskedFor) {
  const RecordedProgram recorded{"go1.27"};
  const Reading reading = *read_snapshot(*recorded.memory, recorded.program);
  EXPECT_FALSE(reading.pointers.of(0));
}

TEST(StackPointers, AreNotTrustedWhereAGoroutineCanRunUnseen) {
  const RecordedProgram recorded{"go1.16"};
  const Reading reading =
      *read_snapshot(*recorded.memory, recorded.program, {.noted = Noted::pointers});
  for (std::uint32_t row = 0; row < reading.marks.size(); ++row) {
    EXPECT_FALSE(reading.pointers.of(row));
  }
}

}  // namespace
}  // namespace goknot::target
