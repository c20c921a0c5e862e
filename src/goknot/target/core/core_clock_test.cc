// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/core/core_clock.h"

#include "goknot/target/goroutine_list.h"
#include "tests/support/recorded_program.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::RecordedProgram;

TEST(CoreClock, TheNewestWaitTellsTheTime) {
  RecordedProgram recorded("go1.27");
  const Layout& layout = recorded.program.layout;
  const auto before = last_known_time(*recorded.memory, recorded.program);
  const auto list = read_goroutine_list(*recorded.memory, recorded.program.goroutines);
  ASSERT_TRUE(list);

  const std::int64_t later = before.value_or(0) + 1'000'000;
  recorded.memory->put(list->front() + static_cast<Address>(layout.g.waitsince), later);

  EXPECT_EQ(last_known_time(*recorded.memory, recorded.program), later);
}

TEST(CoreClock, WithoutTheListNothingIsKnown) {
  RecordedProgram recorded("go1.27");
  recorded.program.goroutines = 8;
  EXPECT_EQ(last_known_time(*recorded.memory, recorded.program), std::nullopt);
}

}  // namespace
}  // namespace goknot::target
