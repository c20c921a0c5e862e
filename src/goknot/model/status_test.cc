// SPDX-License-Identifier: Apache-2.0
#include "goknot/model/status.h"

#include <gtest/gtest.h>

namespace goknot {
namespace {

TEST(Status, AWaitReasonMeansWaiting) {
  const Status status = parse_status("chan receive");

  EXPECT_EQ(status.state, State::waiting);
  EXPECT_EQ(status.reason, WaitReason::chan_receive);
}

TEST(Status, ParenthesesOfTheReasonStay) {
  EXPECT_EQ(parse_status("chan send (nil chan)").reason, WaitReason::chan_send_nil);
  EXPECT_EQ(parse_status("select (no cases)").reason, WaitReason::select_no_cases);
}

TEST(Status, DurableIsPartOfTheTextOnly) {
  const Status status = parse_status("select (no cases) (durable)");

  EXPECT_EQ(status.reason, WaitReason::select_no_cases);
  EXPECT_EQ(status.text, "select (no cases) (durable)");
}

TEST(Status, RunningIsNoWait) {
  EXPECT_EQ(parse_status("running").state, State::running);
  EXPECT_EQ(parse_status("running").reason, WaitReason::none);
}

TEST(Status, AnUnknownWordWaitsForSomethingUnknown) {
  EXPECT_EQ(parse_status("new reason of 1.40").state, State::waiting);
  EXPECT_EQ(parse_status("new reason of 1.40").reason, WaitReason::none);
}

TEST(Status, NothingIsUnknown) { EXPECT_EQ(parse_status("").state, State::unknown); }

TEST(Status, EveryReasonReadsBackFromItsText) {
  for (int i = 1; !wait_reason_text(static_cast<WaitReason>(i)).empty(); i++) {
    const auto reason = static_cast<WaitReason>(i);
    EXPECT_EQ(parse_status(wait_reason_text(reason)).reason, reason);
    if (reason == WaitReason::concurrent_gc_wait) break;
  }
}

}  // namespace
}  // namespace goknot
