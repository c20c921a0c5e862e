// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/waits/channel.h"

#include "tests/support/parked_goroutine.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::ParkedGoroutine;

constexpr Address kSudog = ParkedGoroutine::kSudog;
constexpr Address kChannel = ParkedGoroutine::kChannel;
constexpr Address kOther = ParkedGoroutine::kOther;
constexpr Address kHeap = ParkedGoroutine::kHeap;

TEST(ChannelWaits, ASenderWaitsForItsChannel) {
  ParkedGoroutine parked({26, 0});
  parked.waits(WaitReason::chan_send, kSudog).sudog(kSudog, kChannel, 0);
  parked.put(kChannel, parked.layout.hchan.qcount, 2)
      .put(kChannel, parked.layout.hchan.dataqsiz, 3);

  ASSERT_EQ(parked.read().size(), 1U);
  const Wait& wait = parked.snapshot.waits.front();
  EXPECT_EQ(wait.operation, Operation::send);
  EXPECT_EQ(wait.identity, Identity::exact);
  EXPECT_EQ(wait.goroutine, 3U);
  EXPECT_EQ(wait.frame, 1U);
  EXPECT_EQ(parked.object().address, kChannel);
  EXPECT_EQ(parked.object().kind, ObjectKind::channel);
  EXPECT_EQ(parked.state().length, 2);
  EXPECT_EQ(parked.state().capacity, 3);
  EXPECT_EQ(parked.state().closed, false);
}

//     select { case <-c: … case other <- 1: … }
// The first sudog stands at the head of a queue of receivers. Of the other channel only the queue
// of senders is not empty.
TEST(ChannelWaits, ASelectTellsTheDirectionOfEachCase) {
  ParkedGoroutine parked({21, 0});
  parked.waits(WaitReason::select, kSudog)
      .sudog(kSudog, kChannel, kSudog + 0x80)
      .sudog(kSudog + 0x80, kOther, 0)
      .put(kChannel, parked.layout.hchan.recvq_first, kSudog)
      .put(kOther, parked.layout.hchan.sendq_first, kHeap + 0x40);

  ASSERT_EQ(parked.read().size(), 2U);
  EXPECT_EQ(parked.snapshot.waits[0].operation, Operation::receive);
  EXPECT_EQ(parked.object(0).address, kChannel);
  EXPECT_EQ(parked.snapshot.waits[1].operation, Operation::send);
  EXPECT_EQ(parked.object(1).address, kOther);
}

//     select { case c <- 1: … case <-c: … }
TEST(ChannelWaits, BothDirectionsOfOneChannelAreToldApart) {
  ParkedGoroutine parked({21, 0});
  parked.waits(WaitReason::select, kSudog)
      .sudog(kSudog, kChannel, kSudog + 0x80)
      .sudog(kSudog + 0x80, kChannel, 0)
      .put(kChannel, parked.layout.hchan.recvq_first, kSudog + 0x80)
      .put(kChannel, parked.layout.hchan.sendq_first, kSudog);

  ASSERT_EQ(parked.read().size(), 2U);
  EXPECT_EQ(parked.snapshot.waits[0].operation, Operation::send);
  EXPECT_EQ(parked.snapshot.waits[1].operation, Operation::receive);
  EXPECT_EQ(parked.snapshot.waits[0].object, parked.snapshot.waits[1].object);
}

TEST(ChannelWaits, ARingOfCasesEndsAndIsSaidToBeCut) {
  ParkedGoroutine parked({26, 0});
  parked.waits(WaitReason::select, kSudog).sudog(kSudog, kChannel, kSudog);

  EXPECT_EQ(parked.read().size(), kMostCases);
  EXPECT_EQ(parked.cut, 1U);
}

TEST(ChannelWaits, ARecordOfAnotherGoroutineTellsNothing) {
  ParkedGoroutine parked({26, 0});
  parked.waits(WaitReason::chan_receive, kSudog).sudog(kSudog, kChannel, 0);
  parked.put(kSudog, parked.layout.sudog.g, kOther);

  EXPECT_TRUE(parked.read().empty());
}

TEST(ChannelWaits, WhatCannotBeReadTellsNothing) {
  ParkedGoroutine parked({26, 0});
  parked.waits(WaitReason::chan_receive, kSudog).sudog(kSudog, 0x10, 0);
  EXPECT_TRUE(parked.read().empty());
}

TEST(ChannelWaits, AChannelThatIsFullOrClosedIsToldToBeSo) {
  ParkedGoroutine parked({26, 0});
  parked.waits(WaitReason::chan_send, kSudog).sudog(kSudog, kChannel, 0);
  parked.put(kChannel, parked.layout.hchan.closed, 1);

  parked.read();

  EXPECT_EQ(parked.state().closed, true);
  EXPECT_EQ(parked.state().capacity, 0);
}

TEST(ChannelWaits, WhoWaitsForSomethingElseHasNoneWhateverItsSudogSays) {
  ParkedGoroutine parked({26, 0});
  parked.waits(WaitReason::sleep, kSudog).sudog(kSudog, kChannel, 0);

  EXPECT_TRUE(parked.read().empty());
}

TEST(ChannelWaits, OnlyWhoWaitsInASelectInNoQueueHasNilChannels) {
  ParkedGoroutine parked({26, 0});
  parked.calls({"runtime.gopark", "runtime.selectgo", "main.work"}, 0, 0);
  parked.waits(WaitReason::select);
  EXPECT_EQ(wait_for_nil(parked.specimen), Operation::select);

  parked.specimen.record.status.state = State::runnable;
  EXPECT_EQ(wait_for_nil(parked.specimen), std::nullopt);

  parked.specimen.record.status.state = State::waiting;
  parked.waits(WaitReason::select, kSudog);
  EXPECT_EQ(wait_for_nil(parked.specimen), std::nullopt);
}

TEST(ChannelWaits, WhoParksByItselfAndSaysThatItSelectsHasNoNilChannels) {
  ParkedGoroutine parked({26, 0});
  parked.calls({"runtime.gopark", "sleep.(*Sleeper).next", "main.work"}, 0, 0);
  parked.waits(WaitReason::select);

  EXPECT_EQ(wait_for_nil(parked.specimen), std::nullopt);
  EXPECT_TRUE(parked.read().empty());
}

TEST(ChannelWaits, TheRuntimeSaysThatAChannelIsNil) {
  Specimen specimen;
  specimen.record.status.state = State::waiting;
  specimen.record.parked.reason = WaitReason::chan_send_nil;
  EXPECT_EQ(wait_for_nil(specimen), Operation::send);

  specimen.record.parked.reason = WaitReason::chan_receive_nil;
  EXPECT_EQ(wait_for_nil(specimen), Operation::receive);
}

}  // namespace
}  // namespace goknot::target
