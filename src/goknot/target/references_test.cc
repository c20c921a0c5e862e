// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/references.h"

#include "tests/support/recorded_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing_support::RecordedProgram;

class ReferencesOf : public testing::TestWithParam<std::string> {
 protected:
  std::vector<Address> of(std::string_view function) const {
    return references(*program_.memory, program_.program.layout, program_.table(), function);
  }

  RecordedProgram program_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Releases, ReferencesOf,
                         testing::ValuesIn(testing_support::recorded_releases()));

TEST_P(ReferencesOf, HaveTheListOfGoroutinesInTheFunctionThatMakesItLonger) {
  EXPECT_THAT(of("runtime.allgadd"), Contains(program_.program.goroutines));
}

TEST_P(ReferencesOf, LieInTheVariables) {
  for (const Address address : of("runtime.allgadd")) {
    EXPECT_TRUE(program_.table().module().is_data(address)) << address;
  }
}

TEST_P(ReferencesOf, AreEmptyWithoutTheFunctionOrItsCode) {
  EXPECT_THAT(of("runtime.noSuchFunction"), IsEmpty());
  const Function function = program_.function("runtime.allgadd");
  program_.memory->lose(function.entry, program_.table().end_of(function));

  EXPECT_THAT(of("runtime.allgadd"), IsEmpty());
}

}  // namespace
}  // namespace goknot::target
