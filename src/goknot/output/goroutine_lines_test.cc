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

}  // namespace
}  // namespace goknot::output
