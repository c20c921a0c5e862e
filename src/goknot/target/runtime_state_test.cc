// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/runtime_state.h"

#include "tests/support/recorded_program.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::RecordedProgram;

class RuntimeStateOf : public testing::TestWithParam<std::string> {
 protected:
  RecordedProgram program_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Releases, RuntimeStateOf,
                         testing::ValuesIn(testing_support::recorded_releases()));

// A recording has the goroutines and the code they stand in, but not the heap and not all
// processors.
TEST_P(RuntimeStateOf, IsNotToldWhereTheMemoryIsNotThere) {
  const RuntimeState state = read_runtime_state(*program_.memory, program_.program);

  EXPECT_EQ(state.heap_bytes, std::nullopt);
  EXPECT_EQ(state.max_procs, std::nullopt);
  EXPECT_EQ(state.collecting, std::nullopt);
}

}  // namespace
}  // namespace goknot::target
