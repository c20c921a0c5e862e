// SPDX-License-Identifier: Apache-2.0
#include "goknot/model/receivers.h"

#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace goknot {
namespace {

using testing_support::read_dump;
using testing_support::sketch;

// The receiver of the innermost frame of goroutine 7 in a dump.
std::optional<std::uint64_t> receiver(std::string_view lines) {
  const Series series = read_dump(sketch(lines));
  const Snapshot& snapshot = series.snapshots.front();
  const auto goroutine = std::ranges::find(snapshot.goroutines, 7, &Goroutine::id);
  return Receivers(snapshot).at(*goroutine, 0);
}

constexpr std::uint64_t kHub = 0xc000012000;

TEST(Receivers, AWordWithoutAMarkIsTaken) {
  EXPECT_EQ(receiver(R"(
    7 [select]
      main.(*Hub).run(0xc000012000, 0x1?) hub.go:5)"),
            kHub);
}

TEST(Receivers, ADoubtfulWordIsTakenForTheOnlyOneOfItsType) {
  EXPECT_EQ(receiver(R"(
    7 [select]
      main.(*Hub).run(0xc000012000?) hub.go:5
    8 [select]
      main.(*Hub).add(0xc000012000) hub.go:9)"),
            kHub);
}

TEST(Receivers, NotIfItIsAnother) {
  EXPECT_FALSE(receiver(R"(
    7 [select]
      main.(*Hub).run(0xc000013000?) hub.go:5
    8 [select]
      main.(*Hub).add(0xc000012000) hub.go:9)"));
}

TEST(Receivers, NotIfThereAreSeveralOfItsType) {
  EXPECT_FALSE(receiver(R"(
    7 [select]
      main.(*Hub).run(0xc000012000?) hub.go:5
    8 [select]
      main.(*Hub).add(0xc000012000) hub.go:9
    9 [select]
      main.(*Hub).add(0xc000013000) hub.go:9)"));
}

TEST(Receivers, NorFromAnotherType) {
  EXPECT_FALSE(receiver(R"(
    7 [select]
      main.(*Hub).run(0xc000012000?) hub.go:5
    8 [select]
      main.(*Cache).add(0xc000012000) cache.go:9)"));
}

TEST(Receivers, WithoutMarksDifferentGoroutinesAndFunctionsMustAgree) {
  EXPECT_FALSE(receiver(R"(
    7 [select]
      main.(*Hub).run(0xc000012000) hub.go:5
    8 [select]
      main.(*Hub).run(0xc000012000) hub.go:5)"));
  EXPECT_EQ(receiver(R"(
    7 [select]
      main.(*Hub).run(0xc000012000) hub.go:5
    8 [select]
      main.(*Hub).add(0xc000012000) hub.go:9)"),
            kHub);
}

TEST(Receivers, AClosureAndAValueHaveNone) {
  EXPECT_FALSE(receiver(R"(
    7 [select]
      main.(*Hub).run.func1(0xc000012000, 0x1?) hub.go:5)"));
  EXPECT_FALSE(receiver(R"(
    7 [select]
      main.Hub.run(0xc000012000, 0x1?) hub.go:5)"));
}

}  // namespace
}  // namespace goknot
