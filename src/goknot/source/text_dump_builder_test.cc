// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/text_dump_builder.h"

#include "tests/support/snapshot_text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace goknot::source {
namespace {

using testing_support::stack_text;

constexpr std::string_view kText = "0xc000012345, 0x1?";

DumpBuilder builder() { return DumpBuilder({.name = "d", .bytes = kText, .wrapped_in = {}}); }

FrameId frame(DumpBuilder& to, std::string_view function, std::string_view file = "/a.go") {
  const FileLine place{.file = file, .line = 7};
  return to.frame({.name = function}, file.empty() ? nullptr : &place);
}

// Adds a goroutine with a stack, innermost first.
Ended add(DumpBuilder& to, const GoroutineHeader& header,
          std::initializer_list<std::string_view> functions,
          OnReturn on_return = OnReturn::refuse) {
  to.begin(header, 1);
  for (const std::string_view function : functions) to.add_frame(frame(to, function), {});
  return to.end(on_return);
}

// Whether a goroutine with this stack is the runtime's own.
bool is_system(std::initializer_list<std::string_view> functions, std::int64_t id = 7) {
  DumpBuilder dump = builder();
  add(dump, {.id = id, .status = "select"}, functions);
  return dump.snapshot().goroutines.at(0).system;
}

TEST(TextDumpBuilder, AGoroutineHasWhatItsHeaderSays) {
  DumpBuilder dump = builder();

  add(dump,
      {.id = 7,
       .status = "chan send (leaked)",
       .labels = "user: ann, k: v",
       .minutes = 3,
       .bubble = 2,
       .locked_to_thread = true},
      {"main.f"});

  const Snapshot s = std::move(dump).finish();
  const Goroutine& g = s.goroutines.at(0);
  EXPECT_EQ(g.id, 7);
  EXPECT_EQ(s.strings[g.status], "chan send (leaked)");
  EXPECT_EQ(g.reason, WaitReason::chan_send);
  EXPECT_TRUE(g.leaked);
  EXPECT_EQ(g.wait_minutes, 3);
  EXPECT_EQ(g.bubble, 2U);
  EXPECT_TRUE(g.locked_to_thread);
  EXPECT_EQ(s.label_sets.at(g.labels.index()).labels.size(), 2U);
  EXPECT_EQ(stack_text(s, g.stack), "main.f /a.go:7");
}

TEST(TextDumpBuilder, ArgumentsStayWhereTheyAreInTheText) {
  DumpBuilder dump = builder();
  dump.begin({.id = 7, .status = "select"}, 1);
  dump.add_frame(frame(dump, "main.f"), kText.substr(14));
  dump.add_frame(frame(dump, "main.g"), {});
  dump.end(OnReturn::refuse);

  const Snapshot s = std::move(dump).finish();

  EXPECT_EQ(s.argument_text(s.goroutines[0], 0).data(), kText.data() + 14);
  EXPECT_EQ(s.argument_text(s.goroutines[0], 0), "0x1?");
  EXPECT_EQ(s.argument_text(s.goroutines[0], 1), "");
}

TEST(TextDumpBuilder, AnIdThatReturnsWithAnotherStackBelongsToALaterDump) {
  DumpBuilder dump = builder();

  EXPECT_EQ(add(dump, {.id = 7, .status = "select"}, {"main.f"}), Ended::kept);
  EXPECT_EQ(add(dump, {.id = 7, .status = "select"}, {"main.f"}), Ended::kept);
  EXPECT_EQ(add(dump, {.id = 7, .status = "select"}, {"main.g"}), Ended::returned);
  EXPECT_EQ(add(dump, {.id = 7, .status = "select"}, {"main.g"}, OnReturn::keep), Ended::kept);

  EXPECT_EQ(dump.snapshot().goroutines.size(), 3U);
  EXPECT_EQ(dump.snapshot().arguments.size(), 3U);
}

TEST(TextDumpBuilder, ThreadsOwnStacksMayReturn) {
  DumpBuilder dump = builder();

  EXPECT_EQ(add(dump, {.id = 0, .status = "idle"}, {"runtime.mstart"}), Ended::kept);
  EXPECT_EQ(add(dump, {.id = 0, .status = "idle"}, {"runtime.mcall"}), Ended::kept);
}

TEST(TextDumpBuilder, TheDeadAreNotCounted) {
  DumpBuilder dump = builder();
  dump.begin({.id = 7, .status = "dead"}, 1);
  dump.add_frame(frame(dump, "main.f"), kText);
  dump.begin_ancestor(1);

  EXPECT_EQ(dump.end(OnReturn::refuse), Ended::kept);

  EXPECT_FALSE(dump.has_goroutines());
  EXPECT_TRUE(dump.snapshot().arguments.empty());
  EXPECT_TRUE(dump.snapshot().ancestors.empty());
}

TEST(TextDumpBuilder, EndingNothingIsNothing) {
  DumpBuilder dump = builder();

  EXPECT_EQ(dump.end(OnReturn::refuse), Ended::kept);
  EXPECT_FALSE(dump.has_goroutines());
}

TEST(TextDumpBuilder, TheRuntimesOwnAreToldByWhereTheyBegan) {
  EXPECT_TRUE(is_system({"runtime.gopark", "runtime.forcegchelper"}));
  EXPECT_TRUE(is_system({"runtime.gopark", "runtime.bgsweep", "runtime.goexit"}));
  EXPECT_TRUE(is_system({"main.f"}, 0));
  EXPECT_FALSE(is_system({"runtime.gopark", "main.f"}));
  EXPECT_FALSE(is_system({"main.main", "runtime.main", "runtime.goexit"}, 1));
  EXPECT_FALSE(is_system({"runtime.gopark", "runtime.corostart"}));
}

TEST(TextDumpBuilder, WhoRunsAFinalizerOfTheProgramIsTheProgramsOwn) {
  EXPECT_TRUE(is_system({"runtime.gopark", "runtime.runfinq"}));
  EXPECT_FALSE(is_system({"main.finalize", "runtime.runfinq"}));
  EXPECT_FALSE(is_system({"main.cleanup", "runtime.runCleanups", "runtime.goexit"}));
}

TEST(TextDumpBuilder, WithoutAStackTheCreatorTellsWhoseItIs) {
  DumpBuilder dump = builder();
  for (const std::string_view creator : {"runtime.gcenable", "main.main"}) {
    dump.begin({.id = creator.front(), .status = "running"}, 1);
    dump.set_stack_unavailable();
    dump.set_creator(dump.creator({.name = creator}, nullptr), -1);
    dump.end(OnReturn::refuse);
  }

  EXPECT_TRUE(dump.snapshot().goroutines.at(0).system);
  EXPECT_FALSE(dump.snapshot().goroutines.at(1).system);
}

TEST(TextDumpBuilder, FramesLeftOutAreRememberedWhereTheyWere) {
  DumpBuilder dump = builder();
  dump.begin({.id = 7, .status = "select"}, 1);
  dump.add_frame(frame(dump, "main.f"), {});
  dump.elide(12);
  dump.elide(99);
  dump.add_frame(frame(dump, "main.g"), {});
  dump.end(OnReturn::refuse);

  const Snapshot s = std::move(dump).finish();

  EXPECT_EQ(s.stacks[s.goroutines[0].stack].elided_at, 1U);
  EXPECT_EQ(s.stacks[s.goroutines[0].stack].elided, 12U);
  ASSERT_EQ(s.gaps.size(), 1U);
  EXPECT_EQ(s.gaps[0].where, "1 goroutine");
  EXPECT_FALSE(s.origin.complete);
}

TEST(TextDumpBuilder, HowManyWereLeftOutMayNotBeSaid) {
  DumpBuilder dump = builder();
  dump.begin({.id = 7, .status = "select"}, 1);
  dump.elide(0);
  dump.end(OnReturn::refuse);

  const Snapshot s = std::move(dump).finish();

  EXPECT_EQ(s.stacks[s.goroutines[0].stack].elided, kElidedUnknown);
}

TEST(TextDumpBuilder, AnAncestorHasAStackAndACreatorOfItsOwn) {
  DumpBuilder dump = builder();
  dump.begin({.id = 7, .status = "select"}, 1);
  dump.add_frame(frame(dump, "main.f"), {});
  dump.set_creator(dump.creator({.name = "main.g", .parent = 3}, nullptr), 3);
  EXPECT_FALSE(dump.takes_frames());
  dump.begin_ancestor(3);
  EXPECT_TRUE(dump.takes_frames());
  dump.add_frame(frame(dump, "main.g"), {});
  EXPECT_EQ(dump.depth(), 1U);
  dump.set_creator(dump.creator({.name = "main.main"}, nullptr), -1);
  EXPECT_FALSE(dump.in_ancestor());
  dump.end(OnReturn::refuse);

  const Snapshot s = std::move(dump).finish();

  ASSERT_EQ(s.ancestors.size(), 1U);
  EXPECT_EQ(s.ancestors[0].id, 3);
  EXPECT_EQ(stack_text(s, s.ancestors[0].stack), "main.g /a.go:7");
  EXPECT_EQ(s.function(s.ancestors[0].creator), "main.main");
  EXPECT_EQ(s.function(s.goroutines[0].creator), "main.g");
  EXPECT_EQ(s.goroutines[0].parent, 3);
}

TEST(TextDumpBuilder, AStackEndsAtMainOrWhereEveryGoroutineBegins) {
  DumpBuilder dump = builder();
  const auto seems_whole = [&](std::string_view last) {
    dump.begin({.id = 1, .status = "select"}, 1);
    dump.add_frame(frame(dump, "main.f"), {});
    dump.add_frame(frame(dump, last), {});
    const bool whole = dump.seems_whole();
    dump.end(OnReturn::keep);
    return whole;
  };

  EXPECT_TRUE(seems_whole("main.main"));
  EXPECT_TRUE(dump.last_is_whole());
  EXPECT_TRUE(seems_whole("runtime.goexit"));
  EXPECT_FALSE(seems_whole("main.main.func1"));
  EXPECT_FALSE(dump.last_is_whole());
  EXPECT_FALSE(seems_whole("main.g"));
}

TEST(TextDumpBuilder, TheFirstToRunIsToBlameOnlyIfTheProgramEnded) {
  for (const Cause cause : {Cause::panic, Cause::none}) {
    DumpBuilder dump = builder();
    dump.snapshot().origin.cause = cause;
    add(dump, {.id = 7, .status = "running"}, {"main.f"});
    add(dump, {.id = 8, .status = "running"}, {"main.f"});

    EXPECT_EQ(dump.snapshot().goroutines[0].current, cause == Cause::panic);
    EXPECT_FALSE(dump.snapshot().goroutines[1].current);
  }
}

TEST(TextDumpBuilder, TheMachineIsToldByTheFileWhereGoroutinesBegin) {
  for (const auto& [file, machine] :
       {std::pair{"/go/src/runtime/asm_arm64.s", "arm64"},
        std::pair{"/go/src/runtime/asm_ppc64x.s", ""}, std::pair{"/go/src/runtime/proc.go", ""}}) {
    DumpBuilder dump = builder();
    frame(dump, "runtime.goexit", file);

    EXPECT_EQ(dump.snapshot().origin.goarch, machine) << file;
  }
}

TEST(TextDumpBuilder, FramesOfTheRuntimeShowHowMuchIsPrinted) {
  DumpBuilder runtime = builder();
  add(runtime, {.id = 7, .status = "select"}, {"runtime.gopark", "main.f"});
  EXPECT_EQ(std::move(runtime).finish().origin.detail, Detail::runtime);

  DumpBuilder user = builder();
  add(user, {.id = 7, .status = "running"}, {"runtime.throw", "main.f"});
  add(user, {.id = 8, .status = "select"}, {"main.f"});
  EXPECT_EQ(std::move(user).finish().origin.detail, Detail::stacks);
}

}  // namespace
}  // namespace goknot::source
