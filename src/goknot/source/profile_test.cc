// SPDX-License-Identifier: Apache-2.0
#include "goknot/model/profile_labels.h"
#include "goknot/source/format.h"
#include "tests/support/profile_builder.h"
#include "tests/support/snapshot_text.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::source {
namespace {

using testing_support::ProfileBuilder;
using testing_support::stack_text;

Result<std::vector<Snapshot>> read(const std::string& bytes) {
  return profile_format.read({.name = "x", .bytes = bytes, .wrapped_in = {}});
}

Snapshot read_one(const std::string& bytes) {
  auto snapshots = read(bytes);
  EXPECT_TRUE(snapshots.has_value());
  return snapshots ? std::move(snapshots->front()) : Snapshot();
}

// main.f calls runtime.chansend1; main.g is inlined into main.main.
ProfileBuilder builder(std::string_view type = "goroutine") {
  ProfileBuilder profile({type});
  profile.function(1, "runtime.chansend1", "chan.go").function(2, "main.f", "f.go");
  profile.function(3, "main.g", "g.go").function(4, "main.main", "m.go");
  profile.location(1, 0x10, {{1, 145}}).location(2, 0x20, {{2, 7}});
  return profile.location(3, 0x30, {{3, 8}, {4, 9}});
}

TEST(ProfileFormat, EverySampleIsARowWithItsCount) {
  const Snapshot s = read_one(builder()
                                  .sample({1, 2}, {25}, {{"job", "import"}})
                                  .sample({2, 3}, {1})
                                  .mapping("/app/hub", "abc123")
                                  .time(1'700'000'000'250'000'000)
                                  .bytes());

  ASSERT_EQ(s.goroutines.size(), 2u);
  EXPECT_EQ(s.goroutines[0].count, 25u);
  EXPECT_EQ(stack_text(s, s.goroutines[0].stack), "runtime.chansend1 chan.go:145 | main.f f.go:7");
  EXPECT_EQ(s.strings[s.label_sets[s.goroutines[0].labels.index()].labels[0].second], "import");
  EXPECT_EQ(s.origin.program, "/app/hub");
  EXPECT_EQ(s.origin.build_id, "abc123");
  EXPECT_EQ(s.origin.taken_at, "2023-11-14T22:13:20.25Z");
  EXPECT_EQ(s.origin.detail, Detail::counts);
  EXPECT_TRUE(s.origin.complete);
  EXPECT_TRUE(s.gaps.empty());
}

TEST(ProfileFormat, LinesOfALocationAreInlinedIntoTheLast) {
  const Snapshot s = read_one(builder().sample({2, 3}, {1}).bytes());

  EXPECT_EQ(stack_text(s, s.goroutines[0].stack),
            "main.f f.go:7 | ~main.g g.go:8 | main.main m.go:9");
}

TEST(ProfileFormat, ASampleForEachGoroutineGivesIdsStatesAndMinutes) {
  const Snapshot s =
      read_one(builder()
                   .sample({1, 2}, {1}, {{kLabelState, "chan send"}, {"user", "me"}},
                           {{kLabelGoroutine, 18}, {kLabelCreatedBy, 1}, {kLabelWaitMinutes, 3}})
                   .sample({3}, {1}, {{kLabelState, "running"}},
                           {{kLabelGoroutine, 1}, {kLabelCreatedBy, 0}, {kLabelWaitMinutes, 0}})
                   .bytes());

  ASSERT_EQ(s.goroutines.size(), 2u);
  EXPECT_EQ(s.goroutines[0].id, 18);
  EXPECT_EQ(s.goroutines[0].parent, 1);
  EXPECT_EQ(s.goroutines[0].wait_minutes, 3);
  EXPECT_EQ(s.goroutines[0].reason, WaitReason::chan_send);
  EXPECT_EQ(s.strings[s.goroutines[0].status], "chan send");
  EXPECT_EQ(s.label_sets[s.goroutines[0].labels.index()].labels.size(), 1u);
  EXPECT_EQ(s.goroutines[1].parent, Goroutine::kNoGoroutine);
  EXPECT_EQ(s.goroutines[1].wait_minutes, -1);
  EXPECT_EQ(s.goroutines[1].state, State::running);
  EXPECT_EQ(s.origin.detail, Detail::stacks);
}

TEST(ProfileFormat, TheLeakProfileMarksItsGoroutines) {
  const Snapshot s = read_one(builder("goroutineleak").sample({1, 2}, {4}).bytes());

  EXPECT_TRUE(s.goroutines[0].leaked);
  EXPECT_EQ(s.goroutine_count(), 4u);
}

TEST(ProfileFormat, OnlyRuntimeFramesMeanASystemGoroutine) {
  const Snapshot s = read_one(builder().sample({1}, {1}).sample({1, 2}, {1}).bytes());

  EXPECT_TRUE(s.goroutines[0].system);
  EXPECT_FALSE(s.goroutines[1].system);
}

TEST(ProfileFormat, ProfilesOfOtherThingsAreNamed) {
  const auto heap = read(ProfileBuilder({"alloc_objects", "inuse_space"}).bytes());
  const auto cpu = read(ProfileBuilder({"samples", "cpu"}).bytes());
  const auto own = read(ProfileBuilder({"widgets"}).bytes());

  EXPECT_EQ(heap.error().message, "a heap profile, not a goroutine profile");
  EXPECT_FALSE(heap.error().hint.empty());
  EXPECT_EQ(cpu.error().message, "a CPU profile, not a goroutine profile");
  EXPECT_EQ(own.error().message, "a profile of widgets, not a goroutine profile");
}

TEST(ProfileFormat, LocationsThatAreMissingAreAGap) {
  const Snapshot s = read_one(builder().sample({1, 99, 2}, {1}).bytes());

  EXPECT_EQ(stack_text(s, s.goroutines[0].stack), "runtime.chansend1 chan.go:145 | main.f f.go:7");
  EXPECT_FALSE(s.origin.complete);
  EXPECT_EQ(s.gaps.size(), 1u);
}

TEST(ProfileFormat, LocationsWithoutNamesAreShownByAddress) {
  const Snapshot s = read_one(builder().location(7, 0xabc, {}).sample({7, 2}, {1}).bytes());

  EXPECT_EQ(stack_text(s, s.goroutines[0].stack), "0xabc :0 | main.f f.go:7");
  EXPECT_EQ(s.gaps.size(), 1u);
}

TEST(ProfileFormat, AbsurdNumbersAreCapped) {
  const Snapshot s = read_one(builder()
                                  .sample({1}, {INT64_MAX}, {}, {{kLabelWaitMinutes, INT64_MAX}})
                                  .sample({1}, {-5})
                                  .sample({2}, {})
                                  .bytes());

  ASSERT_EQ(s.goroutines.size(), 1u);
  EXPECT_EQ(s.goroutines[0].count, 0xffffffffu);
  EXPECT_EQ(s.goroutines[0].wait_minutes, 0x7fffffff);
  EXPECT_EQ(s.gaps.size(), 1u);
}

TEST(ProfileFormat, AFewBytesCannotAskForManyFrames) {
  ProfileBuilder profile = builder();
  profile.location(9, 0x90, std::vector<std::pair<std::uint64_t, std::uint64_t>>(20000, {2, 7}));
  for (int i = 0; i < 1000; i++) profile.sample({9, 9, static_cast<std::uint64_t>(i % 3) + 1}, {1});

  const Snapshot s = read_one(profile.bytes());

  EXPECT_EQ(s.goroutine_count(), 1000u);
  EXPECT_FALSE(s.origin.complete);
  EXPECT_TRUE(s.goroutines.back().stack_cut);
}

TEST(ProfileFormat, OurLabelsOfAnotherProgramAreNotBelieved) {
  const Snapshot s = read_one(builder().sample({2}, {1}, {{kLabelFlags, "system"}}).bytes());

  EXPECT_FALSE(s.goroutines[0].system);
  EXPECT_FALSE(s.goroutines[0].labels);
}

TEST(ProfileFormat, ReferencesToObjectsThatAreNotThereAreDropped) {
  const Snapshot s = read_one(
      builder()
          .comment("#goknot::snapshot/1 {}")
          .comment("#goknot::origin not json")
          .sample({2}, {1}, {{kLabelWait, R"({"object":7})"}, {kLabelHold, R"({"object":7})"}})
          .bytes());

  EXPECT_TRUE(s.waits.empty());
  EXPECT_TRUE(s.holds.empty());
}

TEST(ProfileFormat, ItIsRecognisedByItsStructure) {
  const std::string profile = builder().sample({1, 2}, {25}).bytes();

  EXPECT_TRUE(profile_format.sniff(profile));
  EXPECT_TRUE(profile_format.sniff(profile.substr(0, profile.size() / 2)));
  EXPECT_FALSE(profile_format.sniff(""));
  EXPECT_FALSE(profile_format.sniff("\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"));
  EXPECT_FALSE(profile_format.sniff("goroutine 1 [running]:\nmain.main()\n"));
  EXPECT_FALSE(profile_format.sniff(std::string(1000, '\0')));
  EXPECT_FALSE(
      profile_format.sniff("\x7f"
                           "ELF\x02\x01\x01"));
}

TEST(ProfileFormat, AProfileCutAnywhereNeverShowsMore) {
  const std::string profile =
      builder().sample({1, 2}, {25}, {{"a", "b"}}).sample({2, 3}, {3}).bytes();

  for (std::size_t size = 0; size < profile.size(); size++) {
    const auto snapshots = read(profile.substr(0, size));
    EXPECT_TRUE(!snapshots || snapshots->front().goroutine_count() <= 28u) << size;
  }
}

TEST(ProfileFormat, FlippedBytesDoNoHarm) {
  const std::string profile =
      builder().sample({1, 2}, {25}, {{"a", "b"}}).comment("#goknot::snapshot/1 {}").bytes();

  for (std::size_t at = 0; at < profile.size(); at++) {
    for (const int flip : {0x01, 0x80, 0xff}) {
      std::string damaged = profile;
      damaged[at] = static_cast<char>(damaged[at] ^ flip);
      (void)profile_format.sniff(damaged);
      const auto snapshots = read(damaged);
      EXPECT_TRUE(!snapshots || snapshots->size() == 1u);
    }
  }
}

}  // namespace
}  // namespace goknot::source
