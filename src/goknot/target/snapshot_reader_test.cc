// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/snapshot_reader.h"

#include "goknot/target/goroutine_list.h"
#include "tests/support/recorded_program.h"
#include "tests/support/traceback_text.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace goknot::target {
namespace {

using testing_support::RecordedProgram;

constexpr Address kList = 0x10000;  // a list of goroutines that the program did not have

class SnapshotReaderOf : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Releases, SnapshotReaderOf,
                         testing::ValuesIn(testing_support::recorded_releases()));

TEST_P(SnapshotReaderOf, ShowsAllGoroutinesAsTheProgramItselfDoes) {
  const auto memory = testing_support::read_recording(GetParam());

  EXPECT_EQ(testing_support::traceback_text(*memory, Architecture::amd64),
            testing_support::recorded_text(GetParam()));
}

// A recorded program of the newest release, and changes to it.
class SnapshotReader : public testing::Test {
 protected:
  Reading read() const { return *read_snapshot(*program_.memory, program_.program); }
  std::vector<Address> list() const {
    return *read_goroutine_list(*program_.memory, program_.program.goroutines);
  }
  // The address of the goroutine with an id.
  Address goroutine(std::int64_t id) const {
    const auto all = list();
    return *std::ranges::find_if(
        all, [&](Address g) { return program_.memory->read<std::int64_t>(g + goid()) == id; });
  }
  Address goid() const { return static_cast<Address>(program_.program.layout.g.goid); }
  Address status() const { return static_cast<Address>(program_.program.layout.g.atomicstatus); }

  RecordedProgram program_{"go1.27"};
};

TEST_F(SnapshotReader, HasTheGoroutinesByTheirIds) {
  const Reading reading = read();

  const auto& goroutines = reading.series.snapshots.front().goroutines;
  EXPECT_TRUE(std::ranges::is_sorted(goroutines, {}, &Goroutine::id));
  EXPECT_EQ(goroutines.front().id, 1);
  EXPECT_EQ(reading.marks.size(), goroutines.size());
}

TEST_F(SnapshotReader, SeesTheSameInEachPartOfACrowd) {
  const ReadOptions options{.noted = Noted::pointers};
  const Reading one = *read_snapshot(*program_.memory, program_.program, options);
  const std::vector<Address> recorded = list();
  const std::size_t times = 2000 / recorded.size();
  program_.memory->map(kList, kList + 0x10000);
  program_.memory->put(kList, kList + 0x100).put(kList + 8, times * recorded.size());
  program_.memory->put(kList + 16, times * recorded.size());
  for (std::size_t i = 0; i < times * recorded.size(); ++i) {
    program_.memory->put(kList + 0x100 + 8 * i, recorded[i % recorded.size()]);
  }
  program_.program.goroutines = kList;

  const Reading crowd = *read_snapshot(*program_.memory, program_.program, options);

  const Snapshot &is = crowd.series.snapshots.front(), &should = one.series.snapshots.front();
  ASSERT_EQ(is.goroutines.size(), times * should.goroutines.size());
  for (std::uint32_t row = 0; row < is.goroutines.size(); ++row) {
    const auto like = static_cast<std::uint32_t>(row / times);
    EXPECT_EQ(is.goroutines[row].id, should.goroutines[like].id);
    EXPECT_EQ(crowd.marks[row].key, one.marks[like].key);
    EXPECT_EQ(is.stacks.frames(is.goroutines[row].stack).size(),
              should.stacks.frames(should.goroutines[like].stack).size());
    const auto pointers = crowd.pointers.of(row), same = one.pointers.of(like);
    ASSERT_EQ(pointers.has_value(), same.has_value());
    EXPECT_TRUE(!same || std::ranges::equal(*pointers, *same));
  }
}

TEST_F(SnapshotReader, NothingHadToBeLookedAtAgainInARecording) {
  EXPECT_EQ(read().series.snapshots.front().origin.looked_again, 0U);
}

TEST_F(SnapshotReader, CountsStacksThatMakeNoSense) {
  const Address g = goroutine(1);
  const Address sp =
      *program_.memory->read<Address>(g + static_cast<Address>(program_.program.layout.g.sched_sp));
  for (Address at = sp; at < sp + 256; ++at) program_.memory->byte(at) = std::byte{0x55};

  const Reading reading = read();

  const Snapshot& snapshot = reading.series.snapshots.front();
  ASSERT_FALSE(snapshot.gaps.empty());
  EXPECT_EQ(snapshot.gaps.front().where, "1 goroutine");
  EXPECT_EQ(snapshot.gaps.front().what, "the stack makes no sense");
  EXPECT_NE(snapshot.goroutines.front().id, 1);
  EXPECT_FALSE(snapshot.origin.complete);
}

TEST_F(SnapshotReader, CountsGoroutinesThatCannotBeRead) {
  const Address g = goroutine(1);
  program_.memory->lose(g, g + 8);

  const Reading reading = read();

  ASSERT_FALSE(reading.series.snapshots.front().gaps.empty());
  EXPECT_EQ(reading.series.snapshots.front().gaps.front().what, "the memory cannot be read");
}

TEST_F(SnapshotReader, LeavesTheDeadOut) {
  const std::size_t before = read().marks.size();
  program_.memory->put(goroutine(1) + status(), std::uint32_t{6});

  EXPECT_EQ(read().marks.size(), before - 1);
}

TEST_F(SnapshotReader, SaysThatARunningGoroutineHasNoStackHere) {
  program_.memory->put(goroutine(1) + status(), std::uint32_t{2});

  const Reading reading = read();

  const Goroutine& row = reading.series.snapshots.front().goroutines.front();
  EXPECT_EQ(row.id, 1);
  EXPECT_EQ(row.state, State::running);
  EXPECT_TRUE(row.stack_cut);
}

TEST_F(SnapshotReader, IsDamagedWithoutAList) {
  program_.memory->lose(program_.program.goroutines, program_.program.goroutines + 8);

  EXPECT_FALSE(read_snapshot(*program_.memory, program_.program));
}

}  // namespace
}  // namespace goknot::target
