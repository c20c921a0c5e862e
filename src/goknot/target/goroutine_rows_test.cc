// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/goroutine_rows.h"

#include "goknot/target/goroutine_list.h"
#include "tests/support/recorded_program.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace goknot::target {
namespace {

using testing_support::RecordedProgram;

// All goroutines of a recorded program, read backwards.
class GoroutineRowsTest : public testing::Test {
 protected:
  GoroutineRowsTest() {
    auto addresses = read_goroutine_list(code_.memory(), recorded_.program.goroutines).value();
    std::ranges::sort(addresses);
    batch_.read(code_, addresses);
  }

  // The rows of those that lie still.
  void add_steady() {
    for (const Specimen& specimen : batch_.specimens()) {
      if (specimen.look == Look::steady) rows_.add(specimen, batch_.surroundings());
    }
  }

  RecordedProgram recorded_{"go1.27"};
  Snapshot snapshot_;
  Code code_{*recorded_.memory, recorded_.program.layout, recorded_.program.tables, snapshot_};
  Batch batch_;
  GoroutineRows rows_{code_, recorded_.program.tables, std::nullopt, snapshot_};
};

TEST_F(GoroutineRowsTest, SortedTheyAreInTheOrderOfTheirIdsAndMarksWithThem) {
  add_steady();
  const auto before = snapshot_.goroutines;
  const auto order = rows_.sort();
  const auto marks = rows_.take_marks();

  ASSERT_GT(order.size(), 3U);
  EXPECT_TRUE(std::ranges::is_sorted(snapshot_.goroutines, {}, &Goroutine::id));
  for (std::size_t i = 0; i < order.size(); ++i) {
    EXPECT_EQ(snapshot_.goroutines[i].id, before[order[i]].id);
    const auto specimen = std::ranges::find(batch_.specimens(), marks[i].goroutine,
                                            [](const Specimen& one) { return one.record.address; });
    EXPECT_EQ(specimen->record.key.id, snapshot_.goroutines[i].id);
  }
}

TEST_F(GoroutineRowsTest, OneWithoutAStackIsCut) {
  const auto specimen = batch_.specimens().front();
  rows_.add_without_stack(specimen, batch_.surroundings());

  ASSERT_EQ(snapshot_.goroutines.size(), 1U);
  EXPECT_TRUE(snapshot_.goroutines[0].stack_cut);
  EXPECT_TRUE(snapshot_.stacks.frames(snapshot_.goroutines[0].stack).empty());
}

TEST_F(GoroutineRowsTest, AStackThatMakesNoSenseGetsNoRow) {
  Specimen specimen = batch_.specimens().front();
  specimen.end = StackEnd::broken;

  EXPECT_FALSE(rows_.add(specimen, batch_.surroundings()));
  EXPECT_TRUE(snapshot_.goroutines.empty());
}

TEST(SystemStart, TheRuntimesOwnAreKnownByTheFunctionTheyWereStartedWith) {
  EXPECT_TRUE(is_system_start("runtime.bgsweep"));
  EXPECT_FALSE(is_system_start("runtime.main"));
  EXPECT_FALSE(is_system_start("runtime.corostart"));
  EXPECT_FALSE(is_system_start("main.main"));
}

}  // namespace
}  // namespace goknot::target
