// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/draft.h"

#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::sketch;
using testing_support::Stage;

constexpr std::string_view kHub = R"(
    1 [running]
      main.main() main.go:12
    20 [chan send, 5 minutes]
      main.(*Hub).Publish(0xc000020000) hub.go:33
      main.relay() relay.go:10
      by main.serve in 1
    30-31 [sync.Mutex.Lock, 6 minutes]
      lock 0xc000020008
      main.(*Hub).Drop(0xc000020000) hub.go:50
      by main.serve in 1
    40 [sync.RWMutex.RLock]
      rlock
      main.plain() plain.go:4
      by main.serve in 1)";

Draft draft_of(const Stage& stage) {
  Draft draft;
  draft.rule = "lock-held-across-wait";
  draft.grade = Grade::likely;
  draft.roots = {stage.row(20)};
  draft.victims = {stage.row(30), stage.row(31)};
  draft.edges = {waits_edge(stage.scene(), stage.row(30)),
                 waits_edge(stage.scene(), stage.row(31))};
  return draft;
}

Finding finished(const Stage& stage, const Draft& draft) {
  return finish(stage.scene(), draft,
                std::vector<std::string>(stage.scene().groups().size(), "s1"));
}

TEST(Draft, AFindingNamesIdsObjectsGroupsAndAge) {
  const Stage stage(sketch(kHub));

  const Finding finding = finished(stage, draft_of(stage));

  EXPECT_THAT(finding.roots, testing::ElementsAre(20));
  EXPECT_THAT(finding.victims, testing::ElementsAre(30, 31));
  EXPECT_EQ(finding.groups.size(), 2U);
  ASSERT_EQ(finding.objects.size(), 1U);
  EXPECT_EQ(finding.objects[0].address, 0xc000020008U);
  EXPECT_EQ(finding.edges.at(0).object, "o1");
  EXPECT_EQ(finding.edges.at(1).object, "o1");
  EXPECT_EQ(finding.wait_minutes, 6);
}

TEST(Draft, AnEdgeIsNeverSurerThanItsFinding) {
  const Stage stage(sketch(kHub));
  Draft draft = draft_of(stage);
  EXPECT_EQ(finished(stage, draft).edges.at(0).grade, Grade::likely);

  draft.grade = Grade::possible;

  EXPECT_EQ(finished(stage, draft).edges.at(0).grade, Grade::possible);
}

TEST(Draft, OwnFramesOfTheRootsThenTheirCreatorAreToBlame) {
  const Stage stage(sketch(kHub));

  const Finding finding = finished(stage, draft_of(stage));

  ASSERT_EQ(finding.culprits.size(), 3U);
  EXPECT_EQ(finding.culprits[0].place.function, "main.(*Hub).Publish");
  EXPECT_EQ(finding.culprits[1].place.function, "main.relay");
  EXPECT_EQ(finding.culprits[2].place.function, "main.serve");
  EXPECT_EQ(finding.culprits[2].role, Role::created);
}

TEST(Draft, WhoCalledTheStandardLibraryIsToBlameBeforeIt) {
  const Stage stage(sketch(R"(
    7 [sync.Mutex.Lock, 6 minutes]
      lock 0xc000020008
      main.settings() settings.go:50
      main.load() load.go:20
      sync.(*Once).doSlow(0xc000020000) once.go:78
      sync.(*Once).Do(0xc000020000) once.go:69
      main.settings() settings.go:50
      main.start() start.go:4
      by main.serve in 1)"));
  Draft draft;
  draft.roots = {stage.row(7)};
  draft.culprits = {{Role::holds, stage.row(7), 4}};
  const auto depth_of = [&](std::string_view function) {
    const auto functions = stage.scene().functions(stage.scene().goroutine(stage.row(7)).stack);
    return static_cast<std::uint32_t>(std::ranges::find(functions, function) - functions.begin());
  };
  draft.culprits[0].frame = depth_of("sync.(*Once).doSlow");

  const Finding finding = finished(stage, draft);

  ASSERT_GE(finding.culprits.size(), 2U);
  EXPECT_EQ(finding.culprits[0].place.function, "main.settings");
  EXPECT_EQ(finding.culprits[0].role, Role::holds);
}

TEST(Draft, TheFingerprintIsThatOfTheCodeNotOfTheRun) {
  std::string other(kHub);
  for (const auto& [from, to] : {std::pair("20 [", "77 ["), std::pair("20000", "66000"),
                                 std::pair("hub.go:33", "hub.go:35")}) {
    other.replace(other.find(from), std::string_view(from).size(), to);
  }
  const Stage a(sketch(kHub));
  const Stage b(sketch(other));
  Draft moved = draft_of(a);
  moved.roots = {b.row(77)};

  EXPECT_EQ(finished(a, draft_of(a)).fingerprint, finished(b, moved).fingerprint);

  moved.rule = "convoy";
  EXPECT_NE(finished(a, draft_of(a)).fingerprint, finished(b, moved).fingerprint);
}

TEST(Draft, AnEdgeSaysHowItsObjectWasSeen) {
  const Stage stage(sketch(kHub));

  EXPECT_EQ(waits_edge(stage.scene(), stage.row(30)).grade, Grade::proved);
  EXPECT_EQ(waits_edge(stage.scene(), stage.row(40)).grade, Grade::likely);
  EXPECT_EQ(waits_edge(stage.scene(), stage.row(40)).evidence, "its stack");
}

TEST(Draft, ObjectsAreCalledByTheirOwner) {
  const Stage stage(sketch(kHub));
  const auto name = [&](std::int64_t id) {
    return object_name(stage.scene(), stage.scene().wait_of(stage.row(id))->object);
  };

  EXPECT_EQ(name(30), "the lock of main.Hub");
  EXPECT_EQ(name(40), "a lock");
  EXPECT_EQ(object_name(stage.scene(), ObjectId()), "something");
}

TEST(Draft, SumsWhatThoseKeepToWhomNothingRefers) {
  Series series = testing_support::read_dump(sketch(kHub));
  Snapshot& snapshot = series.snapshots.front();
  snapshot.details.resize(snapshot.goroutines.size());
  for (const std::size_t row : {std::size_t{1}, std::size_t{2}}) {
    snapshot.goroutines[row].reach = Reach::never;
    snapshot.details[row].stack_reserved = 4096;
    snapshot.details[row].heap_held = 100;
  }
  const Stage stage(std::move(series));

  const Finding finding = finished(stage, draft_of(stage));

  ASSERT_TRUE(finding.held);
  EXPECT_EQ(finding.held->goroutines, 2U);
  EXPECT_EQ(finding.held->stacks, 8192U);
  EXPECT_EQ(finding.held->heap, 200U);
}

}  // namespace
}  // namespace goknot::analysis
