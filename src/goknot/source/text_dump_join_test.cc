// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/text_dump_builder.h"
#include "tests/support/snapshot_text.h"

#include <gtest/gtest.h>

#include <string_view>

namespace goknot::source {
namespace {

using testing_support::stack_text;

constexpr std::string_view kText = "0x1, 0x2";
const Input kInput{.name = "d", .bytes = kText, .wrapped_in = {}};

// One part of a dump with a goroutine in a function.
DumpBuilder part(const GoroutineHeader& header, std::string_view function,
                 std::string_view arguments = {}) {
  DumpBuilder dump(kInput);
  dump.begin(header, 5);
  dump.add_frame(dump.frame({.name = function}, nullptr), arguments);
  dump.end(OnReturn::refuse);
  return dump;
}

TEST(TextDumpJoin, RowsOfTheLaterPartFollow) {
  DumpBuilder dump = part({.id = 1, .status = "select"}, "main.f", kText.substr(0, 3));

  EXPECT_EQ(dump.join(part({.id = 2, .status = "chan send"}, "main.g", kText.substr(5)), 100),
            Joined::yes);

  const Snapshot s = std::move(dump).finish();
  ASSERT_EQ(s.goroutines.size(), 2U);
  EXPECT_EQ(s.strings[s.goroutines[1].status], "chan send");
  EXPECT_EQ(stack_text(s, s.goroutines[1].stack), "main.g :0");
  EXPECT_EQ(s.argument_text(s.goroutines[0], 0), "0x1");
  EXPECT_EQ(s.argument_text(s.goroutines[1], 0), "0x2");
  EXPECT_EQ(s.goroutines[0].line, 5U);
  EXPECT_EQ(s.goroutines[1].line, 105U);
}

TEST(TextDumpJoin, EqualStacksBecomeOne) {
  DumpBuilder dump = part({.id = 1, .status = "select"}, "main.f");
  const DumpBuilder later = part({.id = 2, .status = "select"}, "main.f");

  dump.join(later, 0);

  const Snapshot& s = dump.snapshot();
  EXPECT_EQ(s.goroutines[0].stack, s.goroutines[1].stack);
  EXPECT_EQ(s.stacks.frame_count(), 1U);
}

TEST(TextDumpJoin, AnIdThatIsThereAlreadyChangesNothing) {
  DumpBuilder dump = part({.id = 1, .status = "select"}, "main.f");

  EXPECT_EQ(dump.join(part({.id = 1, .status = "sleep"}, "main.g"), 0), Joined::no);

  EXPECT_EQ(dump.snapshot().goroutines.size(), 1U);
  EXPECT_EQ(dump.snapshot().stacks.frame_count(), 1U);
}

TEST(TextDumpJoin, ThreadsOwnStacksAreNobodysTwins) {
  DumpBuilder dump = part({.id = 0, .status = "idle"}, "runtime.mstart");

  EXPECT_EQ(dump.join(part({.id = 0, .status = "idle"}, "runtime.mcall"), 0), Joined::yes);
  EXPECT_EQ(dump.snapshot().goroutines.size(), 2U);
}

TEST(TextDumpJoin, LabelsAndAncestorsKeepTheirOwners) {
  DumpBuilder dump = part({.id = 1, .status = "select", .labels = "k: first"}, "main.f");
  DumpBuilder later(kInput);
  later.begin({.id = 2, .status = "select", .labels = "k: second"}, 1);
  later.add_frame(later.frame({.name = "main.g"}, nullptr), {});
  later.begin_ancestor(9);
  later.add_frame(later.frame({.name = "main.h"}, nullptr), {});
  later.end(OnReturn::refuse);

  dump.join(later, 0);

  const Snapshot s = std::move(dump).finish();
  EXPECT_EQ(s.strings[s.label_sets[s.goroutines[1].labels.index()].labels[0].second], "second");
  ASSERT_EQ(s.ancestors.size(), 1U);
  EXPECT_EQ(s.ancestors[0].goroutine, 1U);
  EXPECT_EQ(stack_text(s, s.ancestors[0].stack), "main.h :0");
}

TEST(TextDumpJoin, WhatIsReadBehindItIsKnownThereToo) {
  DumpBuilder dump = part({.id = 1, .status = "select"}, "main.f");
  dump.join(part({.id = 2, .status = "select"}, "main.g"), 0);

  dump.begin({.id = 2, .status = "select"}, 9);
  dump.add_frame(dump.frame({.name = "main.other"}, nullptr), {});

  EXPECT_EQ(dump.end(OnReturn::refuse), Ended::returned);
}

TEST(TextDumpJoin, GapsAreCountedOverAllParts) {
  DumpBuilder dump = part({.id = 1, .status = "select"}, "main.f");
  for (const std::int64_t id : {2, 3}) {
    DumpBuilder later(kInput);
    later.begin({.id = id, .status = "running"}, 1);
    later.set_stack_unavailable();
    later.end(OnReturn::refuse);
    dump.join(later, 0);
  }

  const Snapshot s = std::move(dump).finish();

  ASSERT_EQ(s.gaps.size(), 1U);
  EXPECT_EQ(s.gaps[0].where, "2 goroutines");
}

TEST(TextDumpJoin, TheFirstCauseIsTheCause) {
  DumpBuilder dump = part({.id = 1, .status = "select"}, "main.f");
  DumpBuilder panic = part({.id = 2, .status = "select"}, "main.g :0");
  panic.snapshot().origin.cause = Cause::panic;
  panic.snapshot().origin.cause_text = "panic: boom";
  DumpBuilder quit = part({.id = 3, .status = "select"}, "main.h :0");
  quit.snapshot().origin.cause = Cause::signal;

  dump.join(panic, 0);
  dump.join(quit, 0);

  EXPECT_EQ(dump.snapshot().origin.cause, Cause::panic);
  EXPECT_EQ(dump.snapshot().origin.cause_text, "panic: boom");
}

}  // namespace
}  // namespace goknot::source
