// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/callers.h"

#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing_support::sketch;
using testing_support::Stage;

constexpr std::string_view kHubs = R"(
    1 [running]
      main.main() main.go:12
    20 [sync.Mutex.Lock, 5 minutes]
      lock 0xc000090000
      main.(*Hub).Run(0xc000020000) hub.go:33
      by main.serve in 1
    50 [chan send, 5 minutes]
      main.(*Hub).Ask(0xc000020000) hub.go:70
      by main.serve in 1
    51 [chan send, 5 minutes]
      main.(*Hub).Ask(0xc000088000) hub.go:70
      by main.serve in 1
    52 [chan send, 5 minutes]
      main.(*Room).Ask(0xc000020000) room.go:70
      by main.serve in 1)";

bool nothing_is_done(std::size_t) { return false; }

// 51 asks another Hub, and 52 a Room at the address of this one: one of them may be the first
// member of the other.
TEST(Callers, AreThoseThatAskTheSameObject) {
  const Stage stage(sketch(kHubs));
  const Callers callers(stage.scene());

  EXPECT_THAT(callers.of(std::vector{stage.row(20)}, nothing_is_done), ElementsAre(stage.row(50)));
}

TEST(Callers, OfGroupsThatAreDoneAreLeftOut) {
  const Stage stage(sketch(kHubs));
  const Callers callers(stage.scene());

  EXPECT_THAT(callers.of(std::vector{stage.row(20)}, [](std::size_t) { return true; }), IsEmpty());
}

}  // namespace
}  // namespace goknot::analysis
