// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::diagnose_dump;
using testing_support::findings_of;
using testing_support::sketch;

//     defer goleak.VerifyNone(t)
//     depot.Open(addr)           // and no Close: its reader is still there when the test ends
TEST(LeakStale, WhatNoOtherRuleKnowsOfALeakReportIsLeftBehind) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    |found unexpected goroutines:
    |[Goroutine 20 in state IO wait, with internal/poll.runtime_pollWait on top of the stack:
    |internal/poll.runtime_pollWait(0x7f31c8a31eb0, 0x72)
    |	/usr/local/go/src/runtime/netpoll.go:351 +0x85
    |example.com/depot.(*Link).pump(0xc000012070)
    |	/src/link.go:30 +0x2e
    |created by example.com/depot.Open in goroutine 18
    |	/src/link.go:12 +0x2e
    |])"));

  EXPECT_EQ(findings_of(d), "leak-stale orphan leak likely: 20");
  EXPECT_EQ(d.verdict.outcome, Outcome::leak);
}

TEST(LeakStale, AnOrdinaryDumpIsNoLeakReport) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    20 [IO wait, 90 minutes]
      netread
      main.(*Link).pump(0xc000012070) link.go:30
      by main.Open in 1)")),
            "");
}

}  // namespace
}  // namespace goknot::analysis
