// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/group_view.h"

#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::sketch;
using testing_support::Stage;

constexpr std::string_view kMixed = R"(
    1 [running]
      main.main() main.go:12
    3 [GC worker (idle)]
      runtime.gopark(0x0?, 0x0?, 0x0?, 0x0?, 0x0?) /usr/local/go/src/runtime/proc.go:462
      runtime.gcBgMarkWorker(0x0?) /usr/local/go/src/runtime/mgc.go:1463
      by runtime.gcBgMarkStartWorkers in 1
    7-9 [chan receive, 5 minutes]
      main.work() work.go:8
      by main.main in 1
    10 [chan receive, 2 minutes]
      main.work() work.go:8
      by main.main in 1)";

TEST(GroupView, LargestComesFirstAndTheRuntimesOwnLast) {
  const Stage stage(sketch(kMixed));

  const std::vector<GroupView> views = make_group_views(stage.scene());

  ASSERT_EQ(views.size(), 3U);
  EXPECT_EQ(views[0].count, 4U);
  EXPECT_EQ(views[0].id, "s1");
  EXPECT_TRUE(views[2].system);
  EXPECT_EQ(number_groups(stage.scene()).at(stage.group(7)), "s1");
}

TEST(GroupView, TellsPlacesAgesMembersAndTheOneCreator) {
  const Stage stage(sketch(kMixed));

  const GroupView view = make_group_view(stage.snapshot(), stage.scene().groups()[stage.group(7)]);

  EXPECT_EQ(view.status, "chan receive");
  EXPECT_EQ(view.wait_minutes, std::pair(2, 5));
  EXPECT_THAT(view.goroutines, testing::ElementsAre(7, 8, 9, 10));
  EXPECT_EQ(view.frames.at(0).function, "main.work");
  EXPECT_EQ(view.frames.at(0).line, 8U);
  EXPECT_EQ(view.created_by->function, "main.main");
  EXPECT_EQ(view.creator, 1);
}

TEST(GroupView, DifferentCreatorsAreNoOneCreator) {
  const Stage stage(sketch(R"(
    7 [chan receive]
      main.work() work.go:8
      by main.serve in 1
    8 [chan receive]
      main.work() work.go:8
      by main.serve in 2)"));

  EXPECT_FALSE(make_group_views(stage.scene()).at(0).creator.has_value());
}

TEST(GroupView, IdleGoroutinesOfKnownLibrariesAreCountedByPurpose) {
  const Stage stage(sketch(R"(
    1 [IO wait]
      netread
      main.main() main.go:12
    20-25 [IO wait, 2 minutes]
      netread
      net/http.(*connReader).Read(0xc00019e000) server.go:798
      bufio.(*Reader).fill(0xc0001b6000) bufio.go:113
      bufio.(*Reader).Peek(0xc0001b6000, 0x4) bufio.go:152
      net/http.(*conn).serve(0xc0001a6000) server.go:2137
      by net/http.(*Server).Serve in 1)"));

  const auto purposes = count_purposes(stage.scene());

  ASSERT_EQ(purposes.size(), 1U);
  EXPECT_EQ(purposes[0].second, 6U);
}

}  // namespace
}  // namespace goknot::analysis
