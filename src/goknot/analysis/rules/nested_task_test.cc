// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::culprit_of;
using testing_support::diagnose_dump;
using testing_support::findings_of;
using testing_support::sketch;

//     pool.Submit(func() { ...; pool.Submit(next) })
constexpr std::string_view kFull = R"(
    1 [running]
      main.main() main.go:12
    20-23 [sync.Cond.Wait, 6 minutes]
      sync.(*Cond).Wait(0xc000020010) cond.go:70
      github.com/panjf2000/ants/v2.(*poolCommon).retrieveWorker(0xc000020000) ants.go:470
      github.com/panjf2000/ants/v2.(*Pool).Submit(0xc000010000) pool.go:46
      main.crawl() main.go:33
      github.com/panjf2000/ants/v2.(*goWorker).run.func1() worker.go:67
      by github.com/panjf2000/ants/v2.(*goWorker).run in 1
    30 [sync.Cond.Wait, 6 minutes]
      sync.(*Cond).Wait(0xc000020010) cond.go:70
      github.com/panjf2000/ants/v2.(*poolCommon).retrieveWorker(0xc000020000) ants.go:470
      github.com/panjf2000/ants/v2.(*Pool).Submit(0xc000010000) pool.go:46
      main.begin() main.go:20
      by main.main in 1)";

std::string with(std::string_view more) { return sketch(std::string(kFull) + std::string(more)); }

TEST(NestedTask, TasksThatAllWaitForAPlaceInTheirPoolAreStuck) {
  const Diagnosis d = diagnose_dump(sketch(kFull));

  EXPECT_EQ(findings_of(d), "nested-task cycle deadlock likely: 20 21 22 23 < 30");
  EXPECT_EQ(culprit_of(d), "main.crawl");
  EXPECT_EQ(d.findings[0].title,
            "4 goroutines wait at main.crawl (main.go:33), for the pool whose tasks they are");
}

TEST(NestedTask, AWorkerThatDoesSomethingElseMayMakeRoom) {
  EXPECT_EQ(findings_of(with(R"(
    40 [IO wait]
      netread
      main.fetch() main.go:50
      github.com/panjf2000/ants/v2.(*goWorker).run.func1() worker.go:67
      by github.com/panjf2000/ants/v2.(*goWorker).run in 1)")),
            "");
  EXPECT_EQ(findings_of(with(R"(
    40 [chan receive]
      github.com/panjf2000/ants/v2.(*goWorker).run.func1() worker.go:67
      by github.com/panjf2000/ants/v2.(*goWorker).run in 1)")),
            "");
}

TEST(NestedTask, AWorkerThatRunsUnseenMayMakeRoom) {
  EXPECT_EQ(findings_of(sketch(kFull) +
                        "\n\ngoroutine 40 [running]:\n"
                        "\tgoroutine running on other thread; stack unavailable\n"
                        "created by github.com/panjf2000/ants/v2.(*goWorker).run in goroutine 1\n"
                        "\t/src/worker.go:67 +0x9a\n"),
            "");
}

TEST(NestedTask, ThoseWhoWaitOutsideOfThePoolAreItsLoad) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    30-39 [sync.Cond.Wait, 6 minutes]
      sync.(*Cond).Wait(0xc000020010) cond.go:70
      github.com/panjf2000/ants/v2.(*poolCommon).retrieveWorker(0xc000020000) ants.go:470
      github.com/panjf2000/ants/v2.(*Pool).Submit(0xc000010000) pool.go:46
      main.begin() main.go:20
      by main.main in 1)")),
            "");
}

// It may be over in a moment.
TEST(NestedTask, ASingleLookWithoutAgesSaysNothing) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    2 [sleep]
      sleep
      main.tick() main.go:8
      by main.main in 1
    20 [chan receive]
      github.com/alitto/pond/v2/internal/future.(*Future).Wait(0xc000020010) future.go:20
      main.sum() main.go:33
      github.com/alitto/pond/v2.(*pool).worker() pool.go:67
      by github.com/alitto/pond/v2.(*pool).launchWorker in 1)")),
            "");
}

TEST(NestedTask, ATaskThatWaitsForAnotherOfItsPoolOfOneIsStuckInItself) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20 [chan receive, 3 minutes]
      github.com/alitto/pond/v2/internal/future.(*Future).Wait(0xc000020010) future.go:20
      main.sum() main.go:33
      github.com/alitto/pond/v2.(*pool).worker() pool.go:67
      by github.com/alitto/pond/v2.(*pool).launchWorker in 1)")),
            "nested-task self deadlock likely: 20");
}

}  // namespace
}  // namespace goknot::analysis
