// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dumps.h"
#include "tests/support/sketch.h"
#include "tests/support/stuck_program.h"

#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::diagnose_series;
using testing_support::findings_of;
using testing_support::sketch;
using testing_support::StuckProgram;

constexpr std::uint64_t kLock = 0xc000012050;
constexpr std::uint64_t kOther = 0xc000013060;

std::string findings(const Series& series) { return findings_of(diagnose_series(series)); }

TEST(LeakProved, WhoWaitsForWhatNothingAliveRefersToIsALeak) {
  EXPECT_EQ(findings(StuckProgram()
                         .waits(7, Operation::receive, ObjectKind::timer, kOther)
                         .waits(8, Operation::receive, ObjectKind::timer, kOther, 7)
                         .take()),
            "leak-proved orphan leak proved: 7 8");
}

TEST(LeakProved, WhoMayStillBeWokenIsNone) {
  EXPECT_EQ(findings(StuckProgram()
                         .from_now_on_alive()
                         .waits(7, Operation::receive, ObjectKind::timer, kOther)
                         .take()),
            "");
}

TEST(LeakProved, MoreSpecificRulesComeFirst) {
  EXPECT_EQ(findings(StuckProgram().waits(7, Operation::send, ObjectKind::channel, kOther).take()),
            "chan-no-partner orphan leak proved: 7");
  EXPECT_EQ(findings(StuckProgram().waits(7, Operation::wait, ObjectKind::cond, kOther).take()),
            "cond-lost orphan leak proved: 7");
  EXPECT_EQ(findings(StuckProgram()
                         .waits(7, Operation::lock, ObjectKind::mutex, kLock)
                         .holds(7, kLock)
                         .take()),
            "self-lock self deadlock proved: 7");
}

TEST(LeakProved, ATextProvesNoLeak) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    7 [sync.Mutex.Lock, 60 minutes]
      lock 0xc000012050
      main.f() f.go:3
      by main.main in 1)"))
                .find("proved"),
            std::string::npos);
}

}  // namespace
}  // namespace goknot::analysis
