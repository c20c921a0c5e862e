// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/profile_tables.h"

#include "tests/support/profile_builder.h"
#include "tests/support/snapshot_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <string_view>

namespace goknot::source {
namespace {

using testing::ElementsAre;
using testing_support::ProfileBuilder;
using testing_support::stack_text;

// main.g is inlined into main.f at location 1.
ProfileBuilder builder() {
  ProfileBuilder profile({"goroutine"});
  profile.function(1, "main.f", "f.go").function(2, "main.g", "g.go");
  return profile.location(1, 0x10, {{2, 7}, {1, 8}});
}

// The frames of a location as text; "" if it has none.
std::string frames_of(const std::string& bytes, std::uint64_t location) {
  Snapshot snapshot;
  const ProfileParts parts = parse_profile_parts(bytes);
  const ProfileLocations locations(parts, snapshot);
  return stack_text(snapshot, snapshot.stacks.add(locations.frames(location)));
}

TEST(ProfileTables, ThePartsAreFoundButNotTakenApart) {
  const std::string bytes =
      builder().mapping("/app/hub", "abc").sample({1}, {2}).comment("said").time(-5).bytes();

  const ProfileParts parts = parse_profile_parts(bytes);

  EXPECT_EQ(parts.sample_types.size(), 1U);
  EXPECT_EQ(parts.functions.size(), 2U);
  EXPECT_EQ(parts.locations.size(), 1U);
  EXPECT_EQ(parts.samples.size(), 1U);
  EXPECT_EQ(parts.mappings.size(), 1U);
  ASSERT_EQ(parts.comments.size(), 1U);
  EXPECT_EQ(parts.text(parts.comments[0]), "said");
  EXPECT_EQ(parts.time_nanos, -5);
  EXPECT_FALSE(parts.broken);
}

TEST(ProfileTables, AStringThatThereIsNotIsEmpty) {
  const std::string bytes = builder().bytes();
  const ProfileParts parts = parse_profile_parts(bytes);

  EXPECT_EQ(parts.text(0), "");
  EXPECT_EQ(parts.text(parts.strings.size()), "");
  EXPECT_EQ(parts.text(std::numeric_limits<std::uint64_t>::max()), "");
}

TEST(ProfileTables, ACutProfileIsBrokenAndNeverHasMore) {
  const std::string bytes = builder().sample({1}, {2}).bytes();
  const ProfileParts whole = parse_profile_parts(bytes);

  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const ProfileParts parts = parse_profile_parts(std::string_view(bytes).substr(0, size));
    EXPECT_LE(parts.strings.size(), whole.strings.size());
    EXPECT_LE(parts.locations.size(), whole.locations.size());
  }
  EXPECT_TRUE(parse_profile_parts(std::string_view(bytes).substr(0, bytes.size() - 1)).broken);
}

TEST(ProfileTables, LinesAreInnermostFirstAndInlinedIntoTheLast) {
  EXPECT_EQ(frames_of(builder().bytes(), 1), "~main.g g.go:7 | main.f f.go:8");
}

TEST(ProfileTables, ALocationThatThereIsNotHasNoFrames) {
  EXPECT_EQ(frames_of(builder().bytes(), 2), "");
  EXPECT_EQ(frames_of(builder().bytes(), 0), "");
}

TEST(ProfileTables, ALocationWithoutLinesIsItsAddress) {
  Snapshot snapshot;
  const std::string bytes = builder().location(9, 0xabc, {}).location(10, 0xdef, {{77, 3}}).bytes();
  const ProfileParts parts = parse_profile_parts(bytes);
  const ProfileLocations locations(parts, snapshot);

  EXPECT_EQ(locations.unnamed(), 2U);
  ASSERT_EQ(locations.frames(9).size(), 1U);
  EXPECT_THAT(std::string(snapshot.function(locations.frames(9)[0])), testing::HasSubstr("abc"));
}

TEST(ProfileTables, OfTwoLocationsWithOneNumberTheLastCounts) {
  EXPECT_EQ(frames_of(builder().location(1, 0x20, {{1, 3}}).bytes(), 1), "main.f f.go:3");
}

TEST(ProfileTables, AnAbsurdLineIsTheLargestThereIs) {
  EXPECT_EQ(frames_of(builder().location(5, 0x20, {{1, 1ULL << 40U}}).bytes(), 5),
            "main.f f.go:4294967295");
}

TEST(ProfileTables, AProfileIsToldByItsStructure) {
  const std::string bytes = builder().sample({1}, {2}).bytes();

  EXPECT_TRUE(looks_like_profile(bytes));
  EXPECT_TRUE(looks_like_profile(std::string_view(bytes).substr(0, bytes.find("goroutine") - 4)));
  EXPECT_FALSE(looks_like_profile(""));
  EXPECT_FALSE(looks_like_profile("goroutine 1 [running]:\nmain.main()\n"));
  EXPECT_FALSE(looks_like_profile(std::string(1 << 20, 'P')));
  EXPECT_FALSE(looks_like_profile(std::string(1 << 20, '\0')));
}

}  // namespace
}  // namespace goknot::source
