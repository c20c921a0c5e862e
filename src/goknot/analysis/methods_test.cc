// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/methods.h"

#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

namespace goknot::analysis {
namespace {

using testing::UnorderedElementsAre;
using testing_support::sketch;

class MethodsTest : public testing::Test {
 protected:
  StringId function(std::string_view name) const { return snapshot().strings.find(name); }
  const Snapshot& snapshot() const { return stage_.scene().snapshot(); }

  testing_support::Stage stage_{sketch(R"(
    20 [chan receive]
      main.(*Hub).wait(0xc000020000) hub.go:7
      main.(*Hub).Run(0xc000777000?) hub.go:20
      by main.main in 1
    21 [chan receive]
      main.(*Hub).wait(0xc000030000) hub.go:7
      main.(*Hub).Run.func1(0xc000090000) hub.go:30
      by main.main in 1
    22 [sync.Mutex.Lock]
      lock 0xc000040008
      main.(*Hub).Drop(0xc000040000) hub.go:50
      main.serve(0xc000050000) serve.go:9
      by main.main in 1)")};
  Methods methods_{snapshot()};
};

TEST_F(MethodsTest, AClosureInAMethodIsOfTheSameTypeAndHasNoReceiver) {
  const StringId type = methods_.type_of(function("main.(*Hub).Drop"));

  EXPECT_TRUE(type);
  EXPECT_EQ(methods_.type_of(function("main.(*Hub).Run.func1")), type);
  EXPECT_TRUE(methods_.is_closure(function("main.(*Hub).Run.func1")));
  EXPECT_FALSE(methods_.is_closure(function("main.(*Hub).Run")));
}

TEST_F(MethodsTest, FunctionsAndTheStandardLibraryHaveNoType) {
  EXPECT_FALSE(methods_.type_of(function("main.serve")));
  EXPECT_FALSE(methods_.type_of(function("sync.(*Mutex).Lock")));
}

TEST_F(MethodsTest, ObjectsAreSeenWhereAMethodShowsItsReceiver) {
  EXPECT_THAT(methods_.seen_receivers(methods_.type_of(function("main.(*Hub).wait"))),
              UnorderedElementsAre(0xc000020000, 0xc000030000, 0xc000040000));
}

}  // namespace
}  // namespace goknot::analysis
