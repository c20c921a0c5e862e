// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/process_source.h"

#include "tests/support/child.h"
#include "tests/support/go_binary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace goknot::source {
namespace {

using testing::HasSubstr;
using testing_support::Child;
using testing_support::eventually;

TEST(ProcessSource, AProcessThatIsNotThereIsNotFound) {
  const auto series = read_process(std::numeric_limits<pid_t>::max());

  ASSERT_FALSE(series);
  EXPECT_EQ(series.error().kind, Kind::not_found);
  EXPECT_EQ(count_goroutines(std::numeric_limits<pid_t>::max()), std::nullopt);
}

TEST(ProcessSource, AProcessWithoutGoIsNotOurs) {
  const Child child([] {});

  const auto series = read_process(child.pid());

  ASSERT_FALSE(series);
  EXPECT_EQ(series.error().kind, Kind::unsupported);
  EXPECT_THAT(series.error().message, HasSubstr(std::to_string(child.pid())));
  EXPECT_EQ(count_goroutines(child.pid()), std::nullopt);
}

TEST(ProcessSource, AProcessThatHasEndedIsAnError) {
  Child child([] {});
  child.kill();

  EXPECT_FALSE(read_process(child.pid()));
  EXPECT_EQ(count_goroutines(child.pid()), std::nullopt);
}

// A Go program whose main goroutine sleeps for an hour.
class ProcessSourceOfGo : public testing::Test {
 protected:
  void SetUp() override {
    const auto binary = testing_support::go_binary({});
    if (!binary.path) GTEST_SKIP() << binary.why_not;
    path_ = *binary.path;
    child_ = std::make_unique<Child>(std::vector<std::string>{path_});
    ASSERT_TRUE(eventually([this] { return sleeps(); }));
  }

  bool sleeps() const {
    const auto series = read_process(child_->pid());
    return series && row_of_main(series->snapshots[0]).has_value();
  }
  // The row of goroutine 1, if it sleeps.
  static std::optional<std::uint32_t> row_of_main(const Snapshot& snapshot) {
    for (std::uint32_t row = 0; row < snapshot.goroutines.size(); ++row) {
      const Goroutine& g = snapshot.goroutines[row];
      if (g.id == 1 && g.reason == WaitReason::sleep) return row;
    }
    return std::nullopt;
  }

  std::string path_;
  std::unique_ptr<Child> child_;
};

TEST_F(ProcessSourceOfGo, TheProgramIsReadWhileItRuns) {
  const auto series = read_process(child_->pid());

  ASSERT_TRUE(series) << series.error().message;
  ASSERT_EQ(series->snapshots.size(), 1U);
  const Origin& origin = series->snapshots[0].origin;
  EXPECT_EQ(origin.kind, SourceKind::process);
  EXPECT_EQ(origin.pid, child_->pid());
  EXPECT_EQ(origin.program, path_);
  EXPECT_EQ(origin.stopped_seconds, 0);
  EXPECT_THAT(origin.go_version, testing::StartsWith("go1."));
  EXPECT_THAT(origin.taken_at, testing::MatchesRegex("20..-..-..T..:..:..\\....Z"));
  ASSERT_TRUE(origin.facts);
  EXPECT_EQ(origin.facts->name, "sleeper");
  EXPECT_GT(origin.facts->threads, 0U);
  EXPECT_GT(origin.facts->resident_bytes, 0U);
}

TEST_F(ProcessSourceOfGo, GoroutinesAreCountedAsTheProgramWould) {
  const auto series = read_process(child_->pid());
  ASSERT_TRUE(series) << series.error().message;

  const auto& all = series->snapshots[0].goroutines;
  EXPECT_EQ(std::ranges::count(all, false, [](const Goroutine& g) { return bool{g.system}; }), 1);
  EXPECT_EQ(count_goroutines(child_->pid()), 1U);
}

TEST_F(ProcessSourceOfGo, ASecondLookShowsThatWhoSleepsHasNotMoved) {
  const auto series = read_process(child_->pid());
  ASSERT_TRUE(series && series->live);
  const auto row = row_of_main(series->snapshots[0]);
  ASSERT_TRUE(row);
  const std::uint32_t rows[] = {*row};

  EXPECT_THAT(series->live->moved(rows), testing::IsEmpty());
  EXPECT_TRUE(series->live->vitals());
}

TEST_F(ProcessSourceOfGo, WhoHasEndedWithItsProcessIsNotSaidToHaveMoved) {
  const auto series = read_process(child_->pid());
  ASSERT_TRUE(series && series->live);
  const std::uint32_t rows[] = {0};

  child_->kill();

  ASSERT_TRUE(eventually([&] { return !series->live->vitals(); }));
  EXPECT_THAT(series->live->moved(rows), testing::IsEmpty());
}

}  // namespace
}  // namespace goknot::source
