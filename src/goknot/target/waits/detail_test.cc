// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/waits/detail.h"

#include "tests/support/parked_goroutine.h"

#include <gtest/gtest.h>

#include <limits>

namespace goknot::target {
namespace {

using testing_support::ParkedGoroutine;

constexpr Address kGoroutine = ParkedGoroutine::kGoroutine;
constexpr Address kOther = ParkedGoroutine::kOther;
constexpr Address kObject = ParkedGoroutine::kObject;

TEST(GoroutineDetail, ASleepTellsHowLongItGoesOn) {
  ParkedGoroutine new_timer({26, 0});
  new_timer.waits(WaitReason::sleep);
  new_timer.specimen.record.sleep_until = 5'000;
  EXPECT_EQ(new_timer.detail(2'000).time_left, 3'000);

  ParkedGoroutine old({19, 0});
  old.waits(WaitReason::sleep);
  old.specimen.record.timer = kObject;
  old.put(kObject, old.layout.timer.when, 9'000);
  EXPECT_EQ(old.detail(2'000).time_left, 7'000);
}

TEST(GoroutineDetail, ThePollerTellsDescriptorAndDeadline) {
  ParkedGoroutine parked({26, 0});
  parked.waits(WaitReason::io_wait);
  parked.calls({"runtime.gopark", "internal/poll.runtime_pollWait", "net.(*netFD).Read"}, kObject,
               'r');
  parked.put(kObject, parked.layout.poll_desc.fd, 7)
      .put(kObject, parked.layout.poll_desc.rg, kGoroutine)
      .put(kObject, parked.layout.poll_desc.rd, 5'000);
  const GoroutineDetail detail = parked.detail(8'000);
  EXPECT_EQ(detail.fd, 7);
  EXPECT_EQ(detail.time_left, -3'000);

  parked.put(kObject, parked.layout.poll_desc.rg, kOther);
  EXPECT_EQ(parked.detail(8'000).fd, -1);
}

TEST(GoroutineDetail, WhatIsPolledIsFoundInTheFrameWhereNoArgumentTells) {
  for (const bool inexact : {true, false}) {  // go1.17 does not say which are
    ParkedGoroutine parked({inexact ? 21 : 17, 0});
    parked.waits(WaitReason::io_wait);
    parked.calls({"runtime.gopark", "internal/poll.runtime_pollWait", "net.(*netFD).Read"}, kOther,
                 'r');
    parked.keeps_elsewhere(kObject, inexact);
    parked.put(kObject, parked.layout.poll_desc.fd, 7)
        .put(kObject, parked.layout.poll_desc.rg, kGoroutine);
    EXPECT_EQ(parked.detail(8'000).fd, 7);

    parked.put(kObject, parked.layout.poll_desc.rg, kOther);
    EXPECT_EQ(parked.detail(8'000).fd, -1);
  }
}

TEST(GoroutineDetail, MinutesCountFromTheCollectionThatSawIt) {
  GoroutineRecord record;
  record.status.state = State::waiting;
  record.wait_since = 60'000'000'000;
  EXPECT_EQ(wait_minutes(record, std::int64_t{200'000'000'000}), 2);
  EXPECT_EQ(wait_minutes(record, std::int64_t{119'000'000'000}), -1);
  EXPECT_EQ(wait_minutes(record, std::nullopt), -1);
  record.status.state = State::runnable;
  EXPECT_EQ(wait_minutes(record, std::int64_t{200'000'000'000}), -1);
}

TEST(GoroutineDetail, WithoutATimeThereIsNoDeadline) {
  ParkedGoroutine parked({26, 0});
  parked.waits(WaitReason::sleep);
  parked.specimen.record.sleep_until = 5'000;

  EXPECT_EQ(parked.detail(-1).time_left, std::nullopt);

  parked.specimen.record.sleep_until = 0;
  EXPECT_EQ(parked.detail(2'000).time_left, std::nullopt);
}

TEST(GoroutineDetail, ADescriptorThatNoSystemHasIsNone) {
  ParkedGoroutine parked({26, 0});
  parked.waits(WaitReason::io_wait);
  parked.calls({"runtime.gopark", "internal/poll.runtime_pollWait", "net.(*netFD).Read"}, kObject,
               'r');
  parked.put(kObject, parked.layout.poll_desc.fd, Address{1} << 40U)
      .put(kObject, parked.layout.poll_desc.rg, kGoroutine);

  EXPECT_EQ(parked.detail(8'000).fd, -1);
}

TEST(GoroutineDetail, AnAbsurdWaitDoesNotOverflow) {
  GoroutineRecord record;
  record.status.state = State::waiting;
  record.wait_since = 1;

  EXPECT_EQ(wait_minutes(record, std::numeric_limits<std::int64_t>::max()), 153'722'867);
}

}  // namespace
}  // namespace goknot::target
