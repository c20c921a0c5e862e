// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/profile_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string_view>
#include <vector>

namespace goknot::source {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

StackId add_stack(Snapshot& snapshot, std::initializer_list<std::string_view> functions) {
  std::vector<FrameId> frames;
  for (const std::string_view function : functions) {
    frames.push_back(
        snapshot.stacks.add({.function = snapshot.strings.add(function), .file = {}, .line = 1}));
  }
  return snapshot.stacks.add(frames);
}

// A profile that says so many goroutines, and shows two.
Snapshot counted_as(std::uint64_t total) {
  Snapshot snapshot;
  snapshot.goroutines.resize(1);
  snapshot.goroutines[0].count = 2;
  snapshot.origin.declared_total = total;
  check_total(snapshot);
  return snapshot;
}

TEST(ProfileFacts, AnotherProfileIsCalledWhatPeopleCallIt) {
  EXPECT_THAT(not_of_goroutines("inuse_space").message, HasSubstr("a heap profile, not"));
  EXPECT_THAT(not_of_goroutines("contentions").message, HasSubstr("a block or mutex profile"));
  EXPECT_THAT(not_of_goroutines("odd").message, HasSubstr("a profile of odd"));
  EXPECT_THAT(not_of_goroutines("").message, HasSubstr("a profile of nothing"));
}

TEST(ProfileFacts, OnlyAStackOfTheRuntimeAloneIsTheRuntimes) {
  Snapshot snapshot;
  EXPECT_TRUE(
      is_runtime_only(snapshot, add_stack(snapshot, {"runtime.gopark", "runtime.bgsweep"})));
  EXPECT_FALSE(is_runtime_only(snapshot, add_stack(snapshot, {"runtime.gopark", "main.work"})));
  EXPECT_FALSE(is_runtime_only(snapshot, add_stack(snapshot, {"runtime.gopark", "runtime.main"})))
      << "main, of which the rest is not shown";
  EXPECT_FALSE(is_runtime_only(snapshot, StackId()));
}

TEST(ProfileFacts, FewerThanAreCountedAreHidden) {
  const Snapshot snapshot = counted_as(5);

  EXPECT_FALSE(snapshot.origin.complete);
  ASSERT_THAT(snapshot.gaps, SizeIs(1));
  EXPECT_EQ(snapshot.gaps[0].hides, "3 goroutines");
}

TEST(ProfileFacts, MoreThanAreCountedHideNothing) {
  const Snapshot snapshot = counted_as(1);

  EXPECT_TRUE(snapshot.origin.complete);
  ASSERT_THAT(snapshot.gaps, SizeIs(1));
  EXPECT_EQ(snapshot.gaps[0].hides, "");
}

TEST(ProfileFacts, ATotalThatIsRightIsNotSpokenOf) { EXPECT_THAT(counted_as(2).gaps, IsEmpty()); }

}  // namespace
}  // namespace goknot::source
