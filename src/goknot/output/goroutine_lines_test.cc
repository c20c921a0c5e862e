// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/goroutine_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace goknot::output {
namespace {

using testing::HasSubstr;
using testing::Not;

// Three goroutines in one function, which wait for one mutex.
class GoroutineLines : public testing::Test {
 protected:
  void SetUp() override {
    Frame frame;
    frame.function = s_.strings.add("main.(*Hub).Add");
    frame.file = s_.strings.add("/src/hub.go");
    frame.line = 28;
    frame_ = s_.stacks.add(frame);
    const StackId stack = s_.stacks.add(std::span(&frame_, 1));
    for (std::uint32_t row = 0; row < 3; ++row) {
      Goroutine& g = s_.goroutines.emplace_back();
      g.id = row + 7;
      g.stack = stack;
      g.status = s_.strings.add("sync.Mutex.Lock");
      s_.waits.push_back({.goroutine = row,
                          .object = ObjectId(0),
                          .kind = ObjectKind::mutex,
                          .operation = Operation::lock});
    }
    s_.details.resize(3);
    WaitObject& lock = s_.objects.emplace_back();
    lock.kind = ObjectKind::mutex;
    lock.name = s_.strings.add("Hub.mu");
  }

  std::string text(std::size_t width = 100) {
    const GoroutineList list{.snapshot = &s_, .rows = {0}, .code = code_};
    return goroutine_text(list, 0, Pen({}), width);
  }

  Snapshot s_;
  FrameId frame_;
  absl::flat_hash_map<FrameId, std::string> code_;
};

TEST_F(GoroutineLines, SaysWhoElseWaits) {
  EXPECT_THAT(text(), HasSubstr("queue       mutex Hub.mu: 8, 9 wait, too\n"));
}

TEST_F(GoroutineLines, NamesDeferredCallsWhereTheyWereDeferred) {
  s_.deferred = {{.goroutine = 0, .frame = 0, .function = s_.strings.add("sync.(*Mutex).Unlock")},
                 {.goroutine = 0, .frame = 0, .function = s_.strings.add("main.(*Hub).leave")},
                 {.goroutine = 1, .frame = 0, .function = s_.strings.add("main.other")}};

  EXPECT_THAT(text(), HasSubstr("waits: lock mutex Hub.mu, defers sync.(*Mutex).Unlock, "
                                "main.(*Hub).leave\n"));
}

TEST_F(GoroutineLines, SaysWhatADescriptorAndACallAre) {
  s_.details[0].fd = 7;
  s_.details[0].descriptor = s_.strings.add("pipe, written by cat (813)");
  s_.details[0].call = s_.strings.add("read(7, 0xc000, 64)");

  EXPECT_THAT(text(), HasSubstr("descriptor  7: pipe, written by cat (813)\n"));
  EXPECT_THAT(text(), HasSubstr("call        read(7, 0xc000, 64)\n"));
}

TEST_F(GoroutineLines, ADescriptorThatWasNotLookedUpIsANumber) {
  s_.details[0].fd = 7;

  EXPECT_THAT(text(), HasSubstr("· descriptor 7\n"));
}

TEST_F(GoroutineLines, ShowsTheSourceThatIsAtHand) {
  EXPECT_THAT(text(), Not(HasSubstr("h.mu.Lock()")));
  code_[frame_] = "h.mu.Lock()";

  EXPECT_THAT(text(), HasSubstr("\n      h.mu.Lock()\n"));
}

TEST_F(GoroutineLines, WhatDoesNotFitBesideAFrameStandsBelowIt) {
  EXPECT_THAT(text(50), HasSubstr("hub.go:28\n      waits: lock mutex Hub.mu\n"));
}

TEST_F(GoroutineLines, SaysWhatAndWhereItIs) {
  s_.goroutines[0].wait_minutes = 184;
  s_.goroutines[0].locked_to_thread = true;
  s_.goroutines[0].leaked = true;
  s_.goroutines[0].creator = frame_;
  s_.goroutines[0].parent = 1;
  s_.details[0].thread = 812;
  s_.details[0].cpu = 0;

  EXPECT_THAT(text(300), testing::StartsWith(
                             "goroutine 7 · sync.Mutex.Lock · 3 h 4 min · thread 812 · CPU 0 · "
                             "locked to its thread · leaked, says the runtime · started by "
                             "goroutine 1 at main.(*Hub).Add hub.go:28\n"));
}

TEST_F(GoroutineLines, OfARowWithoutAnIdTheNumberIsSaid) {
  s_.goroutines[0].id = Goroutine::kNoGoroutine;
  s_.goroutines[0].count = 4663;
  s_.goroutines[0].status = {};

  EXPECT_THAT(text(), testing::StartsWith("4,663 goroutines · status not told\n"));
}

TEST_F(GoroutineLines, SaysWhenItWakes) {
  s_.details[0].time_left = 1'400'000'000;
  EXPECT_THAT(text(), HasSubstr("· wakes in 1.4 s"));

  s_.details[0].time_left = -1;
  EXPECT_THAT(text(), HasSubstr("· wakes now"));
}

TEST_F(GoroutineLines, OfALockItsInsideIsSaid) {
  ObjectState& state = s_.object_states.emplace_back();
  state.locked = true;
  state.readers = 1;
  state.writer_pending = true;
  state.starving = true;
  state.waiters = 3;
  s_.objects[0].state = 0;

  EXPECT_THAT(text(200), HasSubstr("waits: lock mutex Hub.mu (locked, 1 reader, a writer is next, "
                                   "starving, 3 waiting)\n"));
}

TEST_F(GoroutineLines, OfAChannelItsElementsAndBufferAreSaid) {
  WaitObject& channel = s_.objects[0];
  channel.kind = ObjectKind::channel;
  channel.name = {};
  channel.address = 0xc0000140e0;
  channel.element = s_.strings.add("*main.Job");
  channel.state = 0;
  ObjectState& state = s_.object_states.emplace_back();
  state.length = 3;
  state.capacity = 4;
  state.closed = true;
  state.time_left = 2'000'000'000;
  s_.waits[0].operation = Operation::receive;

  EXPECT_THAT(text(200),
              HasSubstr("waits: receive channel of *main.Job 0xc0000140e0 (3 of 4 in its "
                        "buffer, closed, sends in 2.0 s)\n"));
}

TEST_F(GoroutineLines, WhatItHoldsStandsWhereItWasTaken) {
  s_.waits.erase(s_.waits.begin());
  s_.holds = {{0, ObjectId(0), Operation::lock, HoldEvidence::lock_word, 0}};

  EXPECT_THAT(text(), HasSubstr("holds mutex Hub.mu\n"));
}

TEST_F(GoroutineLines, AFileLockNamesTheProcessesThatHaveIt) {
  s_.objects[0].kind = ObjectKind::file_lock;
  FileHold& own = s_.file_holds.emplace_back();
  own.object = ObjectId(0);
  own.fd = 9;
  own.holder.own = true;
  FileHold& other = s_.file_holds.emplace_back();
  other.object = ObjectId(0);
  other.holder.pid = 812;
  other.holder.name = s_.strings.add("backup");
  other.holder.standstill = s_.strings.add("stopped by a signal");

  EXPECT_THAT(text(300),
              HasSubstr("file lock Hub.mu, held by descriptor 9 of this process, held by "
                        "backup (pid 812), stopped by a signal\n"));
}

TEST_F(GoroutineLines, FramesLeftOutAreARowWhereTheyStood) {
  const FrameId frames[] = {frame_, frame_};
  s_.goroutines[0].stack = s_.stacks.add(frames, 1, 3);
  EXPECT_THAT(text(), HasSubstr("\n  … 3 frames left out by the runtime\n"));

  s_.goroutines[0].stack = s_.stacks.add(frames, 2, kElidedUnknown);
  EXPECT_THAT(text(), testing::EndsWith("\n  … frames left out by the runtime\n"));
}

TEST_F(GoroutineLines, WhoRunsHasNoStackButAStart) {
  s_.goroutines[0].stack = s_.stacks.add(std::span<const FrameId>());
  s_.details[0].start = frame_;

  EXPECT_THAT(text(), HasSubstr("… it runs: --pause-running shows its stack\n"));
  EXPECT_THAT(text(), HasSubstr("it was started with"));
}

TEST_F(GoroutineLines, LabelsAndWaitsForTheOutsideAreFacts) {
  s_.goroutines[0].labels = LabelsId(0);
  s_.label_sets.push_back({{{s_.strings.add("user"), s_.strings.add("ann")},
                            {s_.strings.add("k"), s_.strings.add("v\x1b")}}});
  s_.outside_waits = {{.goroutine = 0,
                       .kind = OutsideKind::child,
                       .what = s_.strings.add("child 812 (cat)"),
                       .why = s_.strings.add("stopped by a signal"),
                       .peer = {}}};

  EXPECT_THAT(text(), HasSubstr("labels      user=ann, k=v\\x1b\n"));
  EXPECT_THAT(text(), HasSubstr("outside     child 812 (cat): stopped by a signal\n"));
}

TEST_F(GoroutineLines, ALongQueueIsCounted) {
  for (std::uint32_t row = 3; row < 1300; ++row) {
    s_.goroutines.push_back(s_.goroutines[0]);
    s_.goroutines.back().id = row + 7;
    s_.waits.push_back(s_.waits[0]);
    s_.waits.back().goroutine = row;
  }

  EXPECT_THAT(text(200), HasSubstr("18, 19 and 1,287 more wait, too\n"));
}

TEST_F(GoroutineLines, AncestorsStandBelow) {
  const FrameId frames[] = {frame_};
  s_.ancestors = {{0, 3, s_.stacks.add(frames), {}}};

  EXPECT_THAT(text(), HasSubstr("  started while goroutine 3 was here\n  ▸ main.(*Hub).Add"));
}

}  // namespace
}  // namespace goknot::output
