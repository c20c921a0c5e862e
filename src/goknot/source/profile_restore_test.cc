// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/profile_restore.h"

#include "goknot/model/profile_labels.h"
#include "tests/support/profile_builder.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot::source {
namespace {

using testing_support::ProfileBuilder;
using Comments = std::vector<std::string>;
using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

// One goroutine with these labels in a profile with these comments; it stands at location 1,
// main.f. Whatever the labels say in numbers is 7.
struct Restored {
  explicit Restored(const Labels& labels, const Comments& comments = {}, bool is_ours = true) {
    ProfileBuilder profile({"goroutine"});
    profile.function(1, "main.f", "f.go").location(1, 0x10, {{1, 7}});
    if (is_ours) profile.comment(kCommentSnapshot);
    for (const std::string& comment : comments) profile.comment(comment);
    bytes = profile.bytes();
    const ProfileParts parts = parse_profile_parts(bytes);
    const ProfileLocations locations(parts, snapshot);
    ProfileRestore restore(parts, locations, snapshot);
    restore.begin();
    for (const auto& [key, value] : labels) restore.add_label(goroutine, key, value, 7);
    elision = restore.elision();
    const FrameId frames[] = {locations.frames(1)[0], locations.frames(1)[0]};
    goroutine.stack = snapshot.stacks.add(frames);
    if (!labels.empty()) snapshot.text = labels.front().second;
    restore.end(goroutine);
    snapshot.goroutines.push_back(goroutine);
    restore.finish();
  }

  std::string bytes;
  Snapshot snapshot;
  Goroutine goroutine;
  StackElision elision;
};

std::string comment(std::string_view name, std::string_view row) {
  return std::string(name) + " " + std::string(row);
}

TEST(ProfileRestore, OfAProfileThatIsNotOursNothingIsBelieved) {
  const Restored not_ours({{kLabelFlags, "system"}, {kLabelWait, "{}"}, {kLabelLine, ""}},
                          {comment(kCommentObject, "{}"), comment(kCommentGap, "{}")}, false);

  EXPECT_FALSE(not_ours.goroutine.system);
  EXPECT_EQ(not_ours.goroutine.line, 0U);
  EXPECT_TRUE(not_ours.snapshot.waits.empty());
  EXPECT_TRUE(not_ours.snapshot.objects.empty());
  EXPECT_TRUE(not_ours.snapshot.gaps.empty());
}

TEST(ProfileRestore, WordsAndNumbersComeBack) {
  const Restored read({{kLabelLine, ""},
                       {kLabelBubble, ""},
                       {kLabelCoarse, "syscall"},
                       {kLabelReason, "chan send"},
                       {kLabelReach, "never"},
                       {kLabelFlags, "leaked  cut nonsense"}});

  EXPECT_EQ(read.goroutine.line, 7U);
  EXPECT_EQ(read.goroutine.bubble, 7U);
  EXPECT_EQ(read.goroutine.state, State::syscall);
  EXPECT_EQ(read.goroutine.reason, WaitReason::chan_send);
  EXPECT_EQ(read.goroutine.reach, Reach::never);
  EXPECT_TRUE(read.goroutine.leaked);
  EXPECT_TRUE(read.goroutine.stack_cut);
  EXPECT_FALSE(read.goroutine.system);
}

TEST(ProfileRestore, WordsThatAreNoneSayThatNothingIsKnown) {
  const Restored read({{kLabelCoarse, "asleep"}, {kLabelReason, "?"}, {kLabelReach, "NEVER"}});

  EXPECT_EQ(read.goroutine.state, State::unknown);
  EXPECT_EQ(read.goroutine.reason, WaitReason::none);
  EXPECT_EQ(read.goroutine.reach, Reach::unknown);
}

TEST(ProfileRestore, ACreatorThatThereIsNotIsNone) {
  EXPECT_FALSE(Restored({{kLabelCreator, ""}}).goroutine.creator);
}

TEST(ProfileRestore, ArgumentsAreALineForEachFrame) {
  const Restored read({{kLabelArguments, "0x1\n\nmore than there are frames"}});

  EXPECT_EQ(read.snapshot.argument_text(read.goroutine, 0), "0x1");
  EXPECT_EQ(read.snapshot.argument_text(read.goroutine, 1), "");
  EXPECT_EQ(read.snapshot.arguments.size(), 2U);
}

TEST(ProfileRestore, FewerLinesThanFramesLeaveTheOthersWithoutArguments) {
  const Restored read({{kLabelArguments, "0x1"}});

  EXPECT_EQ(read.snapshot.argument_text(read.goroutine, 0), "0x1");
  EXPECT_EQ(read.snapshot.argument_text(read.goroutine, 1), "");
}

TEST(ProfileRestore, ElisionsAreThoseOfTheGoroutineAtHand) {
  const Restored read({{kLabelElided, R"({"at":50,"count":3})"}});

  EXPECT_EQ(read.elision.at, 50U);
  EXPECT_EQ(read.elision.count, 3U);
}

TEST(ProfileRestore, AWaitNamesItsObject) {
  const Restored read({{kLabelWait, R"({"object":0,"kind":"channel","identity":"exact",)"
                                    R"("operation":"send","frame":2})"}},
                      {comment(kCommentObject, R"({"kind":"channel","address":824633795397})")});

  ASSERT_EQ(read.snapshot.waits.size(), 1U);
  EXPECT_EQ(read.snapshot.waits[0].object, ObjectId(0));
  EXPECT_EQ(read.snapshot.waits[0].operation, Operation::send);
  EXPECT_EQ(read.snapshot.waits[0].identity, Identity::exact);
  EXPECT_EQ(read.snapshot.waits[0].frame, 2U);
  EXPECT_EQ(read.snapshot.objects[0].address, 0xc000012345U);
}

TEST(ProfileRestore, AReferenceTellsWhatIsGoingToBeDone) {
  const Restored read(
      {{kLabelReference, "0"}, {kLabelReference, R"({"object":0,"will":"receive"})"}},
      {comment(kCommentObject, "{}")});

  ASSERT_EQ(read.snapshot.references.size(), 2U);
  EXPECT_EQ(read.snapshot.references[0].will, Operation::unknown);
  EXPECT_EQ(read.snapshot.references[1].will, Operation::receive);
}

TEST(ProfileRestore, RowsThatReferToNothingAreDropped) {
  const Restored read({{kLabelWait, R"({"object":1})"},
                       {kLabelHold, R"({"object":4294967294})"},
                       {kLabelReference, "1"},
                       {kLabelReference, "none"}},
                      {comment(kCommentObject, "{}"), comment(kCommentFileHold, R"({"object":9})"),
                       comment(kCommentOmission, R"({"object":0})"),
                       comment(kCommentOmission, R"({"object":0,"frame":1,"goroutine":1})")});

  EXPECT_TRUE(read.snapshot.waits.empty());
  EXPECT_TRUE(read.snapshot.holds.empty());
  EXPECT_TRUE(read.snapshot.references.empty());
  EXPECT_TRUE(read.snapshot.file_holds.empty());
  EXPECT_TRUE(read.snapshot.omissions.empty());
}

TEST(ProfileRestore, AWaitForAnUnknownObjectIsAWait) {
  const Restored read({{kLabelWait, R"({"operation":"receive"})"}});

  ASSERT_EQ(read.snapshot.waits.size(), 1U);
  EXPECT_FALSE(read.snapshot.waits[0].object);
}

TEST(ProfileRestore, AnOmissionOfAGoroutineThatIsThereIsKept) {
  const Restored read({}, {comment(kCommentObject, "{}"),
                           comment(kCommentOmission, R"({"object":0,"frame":1,"goroutine":0})"),
                           comment(kCommentOmission, R"({"object":0,"frame":1,"always":true})")});

  ASSERT_EQ(read.snapshot.omissions.size(), 2U);
  EXPECT_EQ(read.snapshot.omissions[0].goroutine, 0U);
  EXPECT_EQ(read.snapshot.omissions[1].goroutine, Omission::kReturned);
  EXPECT_TRUE(read.snapshot.omissions[1].always);
}

TEST(ProfileRestore, AnAncestorWithoutItsLocationsHasAnEmptyStack) {
  const Restored read({{kLabelAncestor, R"({"id":9,"stack":[1,77,"x",1],"creator":77})"}});

  ASSERT_EQ(read.snapshot.ancestors.size(), 1U);
  EXPECT_EQ(read.snapshot.ancestors[0].id, 9);
  EXPECT_EQ(read.snapshot.stacks.frames(read.snapshot.ancestors[0].stack).size(), 2U);
  EXPECT_FALSE(read.snapshot.ancestors[0].creator);
}

TEST(ProfileRestore, RowsThatAreNoJsonHaveTheirUsualValues) {
  const Restored read({{kLabelHold, "{"}, {kLabelDetail, "[1]"}},
                      {comment(kCommentObject, "nonsense"), comment(kCommentGap, "")});

  ASSERT_EQ(read.snapshot.holds.size(), 1U);
  EXPECT_EQ(read.snapshot.holds[0].evidence, HoldEvidence::below_method);
  EXPECT_EQ(read.snapshot.details.size(), 1U);
  EXPECT_EQ(read.snapshot.objects.size(), 1U);
  EXPECT_EQ(read.snapshot.gaps.size(), 1U);
}

TEST(ProfileRestore, TheOriginComesBack) {
  const Restored read(
      {}, {comment(kCommentOrigin, R"({"target":"hub","kind":"core","format":"sigquit",)"
                                   R"("wrapped_in":["gzip"],"detail":"memory","cause":"signal",)"
                                   R"("pid":42,"complete":false,"stopped_seconds":0})"),
           comment(kCommentSnapshot, R"({"name":"x","line":9})")});

  const Origin& origin = read.snapshot.origin;
  EXPECT_EQ(origin.target, "hub");
  EXPECT_EQ(origin.kind, SourceKind::core);
  EXPECT_EQ(origin.detail, Detail::memory);
  EXPECT_EQ(origin.cause, Cause::signal);
  EXPECT_EQ(origin.pid, 42);
  EXPECT_EQ(origin.stopped_seconds, 0);
  EXPECT_FALSE(origin.complete);
  EXPECT_EQ(read.snapshot.name, "x");
  EXPECT_EQ(read.snapshot.line, 9U);
}

TEST(ProfileRestore, AnOriginOfUnknownWordsIsAProfileOfCounts) {
  const Restored read({}, {comment(kCommentOrigin, R"({"kind":"x","detail":3,"pid":"42"})")});

  EXPECT_EQ(read.snapshot.origin.kind, SourceKind::profile);
  EXPECT_EQ(read.snapshot.origin.detail, Detail::counts);
  EXPECT_EQ(read.snapshot.origin.pid, std::nullopt);
  EXPECT_TRUE(read.snapshot.origin.complete);
}

}  // namespace
}  // namespace goknot::source
