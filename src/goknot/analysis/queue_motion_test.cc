// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/queue_motion.h"

#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using Kind = QueueMotion::Kind;
using testing::HasSubstr;
using testing_support::Stage;

// A scene with four waiters of one lock, rows 1 to 4, looked at twice.
class Queue {
 public:
  // `ready`: how many more want to run.
  explicit Queue(std::optional<SecondLook> look, int ready = 0)
      : stage_(with(std::move(look), ready)) {
    const auto locks = find_contended_locks(stage_.scene());
    motion = motion_of(stage_.scene(), locks.at(0));
    words = motion_words(stage_.scene(), motion);
  }

  QueueMotion motion;
  std::string words;

 private:
  static Series with(std::optional<SecondLook> look, int ready) {
    Series series = testing_support::read_dump(testing_support::sketch(R"(
      1 [running]
        main.main() main.go:12
      30-33 [sync.Mutex.Lock]
        lock 0xc000020008
        main.(*Table).Get(0xc000020000) table.go:50
        by main.serve in 1)"));
    Snapshot& snapshot = series.snapshots.back();
    for (; ready > 0; --ready) {
      Goroutine& goroutine = snapshot.goroutines.emplace_back(snapshot.goroutines.front());
      goroutine.id = 1000 + ready;
      goroutine.state = State::runnable;
    }
    ObjectState state;
    state.waiters = 5;
    if (look) look->locks = {{snapshot.waits.front().object, state}};
    snapshot.second_look = std::move(look);
    return series;
  }

  Stage stage_;
};

SecondLook seen(std::vector<std::uint32_t> moved, Meanwhile meanwhile = Meanwhile::ran) {
  return {.after_seconds = 0.2,
          .meanwhile = meanwhile,
          .hindrance = "stopped by a signal",
          .looked_at = {1, 2, 3, 4},
          .moved = std::move(moved),
          .locks = {}};
}

TEST(QueueMotion, WhoLeftAndWhoCameIsCounted) {
  const Queue queue(seen({1, 3, 4}));

  EXPECT_EQ(queue.motion.kind, Kind::moves);
  EXPECT_EQ(queue.words, "Two looks 200 ms apart show the queue moving (3 left it, 4 came).");
}

TEST(QueueMotion, AQueueNobodyLeavesStands) {
  const Queue queue(seen({}));

  EXPECT_EQ(queue.motion.kind, Kind::stands);
  EXPECT_EQ(queue.words,
            "Two looks 200 ms apart show the same queue, and 1 more: nobody left it, though the "
            "program ran.");
}

TEST(QueueMotion, WhereManyWantToRunStandingStillMeansNothing) {
  EXPECT_EQ(Queue(seen({}), 40).motion.kind, Kind::unknown);
  EXPECT_EQ(Queue(seen({1}), 40).motion.kind, Kind::moves);
}

TEST(QueueMotion, AnIdleProgramCouldHaveRun) {
  EXPECT_THAT(Queue(seen({}, Meanwhile::idle)).words, HasSubstr("could have run"));
}

TEST(QueueMotion, AStoppedProgramShowsNothing) {
  const Queue queue(seen({}, Meanwhile::held));

  EXPECT_EQ(queue.motion.kind, Kind::unknown);
  EXPECT_THAT(queue.words, HasSubstr("stopped by a signal"));
}

TEST(QueueMotion, OneLookShowsNothing) {
  const Queue queue(std::nullopt);

  EXPECT_EQ(queue.motion.kind, Kind::unknown);
  EXPECT_EQ(queue.words, "");
}

}  // namespace
}  // namespace goknot::analysis
