// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/profile_rows.h"

#include "goknot/model/profile_labels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot::output {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::StartsWith;

// `count` goroutines of whom nothing is known.
Snapshot bare(std::size_t count) {
  Snapshot s;
  s.goroutines.resize(count);
  return s;
}

TEST(ProfileRows, WhatHasItsUsualValueIsLeftOut) {
  const Snapshot s = bare(1);
  const ProfileRows rows(s);

  EXPECT_EQ(rows.flags(s.goroutines[0]), "");
  EXPECT_EQ(rows.arguments(s.goroutines[0]), "");
  EXPECT_THAT(rows.labels(0), IsEmpty());
  EXPECT_THAT(rows.comments(),
              ElementsAre("#goknot::snapshot/1 {}", StartsWith("#goknot::origin {")));
}

TEST(ProfileRows, FlagsAreWordsWithBlanksBetween) {
  Snapshot s = bare(1);
  s.goroutines[0].system = s.goroutines[0].locked_to_thread = s.goroutines[0].stack_cut = true;

  EXPECT_EQ(ProfileRows(s).flags(s.goroutines[0]), "system locked cut");
}

TEST(ProfileRows, ArgumentsAreOneLineForEachFrame) {
  Snapshot s = bare(1);
  s.text = "0x1, 0x2 0x\n3";
  const FrameId frame = s.stacks.add(Frame());
  const FrameId frames[] = {frame, frame, frame};
  s.goroutines[0].stack = s.stacks.add(frames);
  s.goroutines[0].has_arguments = true;
  s.arguments = {{.offset = 0, .length = 8}, {}, {.offset = 9, .length = 4}};

  EXPECT_EQ(ProfileRows(s).arguments(s.goroutines[0]), "0x1, 0x2\n\n0x 3");
}

TEST(ProfileRows, AFrameLeftOutIsSaidWhereItStood) {
  Snapshot s = bare(1);
  const FrameId frames[] = {s.stacks.add(Frame())};
  s.goroutines[0].stack = s.stacks.add(frames, 50, 3);

  EXPECT_THAT(ProfileRows(s).labels(0), ElementsAre(Pair(kLabelElided, R"({"at":50,"count":3})")));
}

TEST(ProfileRows, WaitsAndHoldsOfARowAreInItsLabels) {
  Snapshot s = bare(2);
  s.waits.resize(1);
  s.waits[0].goroutine = 1;
  s.waits[0].object = ObjectId(4);
  s.waits[0].operation = Operation::send;
  s.waits[0].kind = ObjectKind::channel;
  s.waits[0].identity = Identity::exact;
  s.waits[0].frame = 2;
  s.holds = {{1, ObjectId(5), Operation::rlock, HoldEvidence::call_site, 0, HoldStrength::likely}};

  EXPECT_THAT(ProfileRows(s).labels(0), IsEmpty());
  EXPECT_THAT(
      ProfileRows(s).labels(1),
      ElementsAre(
          Pair(kLabelWait, R"({"object":4,"kind":"channel","identity":"exact",)"
                           R"("operation":"send","frame":2})"),
          Pair(kLabelHold, R"({"object":5,"mode":"rlock","evidence":"call_site","likely":true})")));
}

TEST(ProfileRows, ReachAndReferencesAreTold) {
  Snapshot s = bare(2);
  s.goroutines[0].reach = Reach::never;
  s.references = {{0, ObjectId(2)}, {0, ObjectId(0)}, {0, ObjectId(1), Operation::receive}};

  EXPECT_THAT(ProfileRows(s).labels(0),
              ElementsAre(Pair(kLabelReach, "never"), Pair(kLabelReference, "2"),
                          Pair(kLabelReference, "0"),
                          Pair(kLabelReference, R"({"object":1,"will":"receive"})")));
  EXPECT_THAT(ProfileRows(s).labels(1), IsEmpty());
}

TEST(ProfileRows, LocationsOfAncestorsAreNumberedFromOne) {
  Snapshot s = bare(1);
  const FrameId frames[] = {s.stacks.add(Frame())};
  s.ancestors = {{0, 9, s.stacks.add(frames), frames[0]}};

  EXPECT_THAT(ProfileRows(s).labels(0),
              ElementsAre(Pair(kLabelAncestor, R"({"id":9,"stack":[1],"creator":1})")));
}

TEST(ProfileRows, RowsOfGoroutinesThatThereAreNotAreLeftOut) {
  Snapshot s = bare(1);
  s.holds = {{7, ObjectId(0), Operation::lock, HoldEvidence::lock_word, 0}};
  s.references = {{0xffffffff, ObjectId(0)}};

  EXPECT_THAT(ProfileRows(s).labels(0), IsEmpty());
}

TEST(ProfileRows, EveryObjectHasItsCommentSoThatNumbersStay) {
  Snapshot s = bare(0);
  s.objects.resize(2);
  s.objects[1].kind = ObjectKind::mutex;
  s.objects[1].address = 0xc000012345;
  s.objects[1].name = s.strings.add("Hub.mu");
  s.objects[1].left_locked = true;
  s.objects[1].state = 0;
  s.object_states.resize(1);
  s.object_states[0].locked = true;

  const auto comments = ProfileRows(s).comments();

  ASSERT_EQ(comments.size(), 4U);
  EXPECT_EQ(comments[2], R"(#goknot::object {"kind":"unknown"})");
  EXPECT_EQ(comments[3], R"(#goknot::object {"kind":"mutex","address":824633795397,)"
                         R"("name":"Hub.mu","left_locked":true,"state":{"locked":true}})");
}

TEST(ProfileRows, GapsAndOmissionsFollow) {
  Snapshot s = bare(0);
  s.omissions = {{ObjectId(0), FrameId(3), Omission::kReturned, true}};
  s.gaps = {{"line 7", "it is cut", ""}};

  const auto comments = ProfileRows(s).comments();

  ASSERT_EQ(comments.size(), 4U);
  EXPECT_EQ(comments[2], R"(#goknot::omission {"object":0,"frame":4,"always":true})");
  EXPECT_EQ(comments[3], R"(#goknot::gap {"where":"line 7","what":"it is cut"})");
}

}  // namespace
}  // namespace goknot::output
